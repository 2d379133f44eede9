import type { Config } from "../config/schema";

interface Read {
  /** What it is for. */
  readonly what: string;
  /** Its name or ARN, as the configuration has it. */
  readonly secret: string | undefined;
  /** Keys that are read of it; of GitHub's it depends on its kind. */
  readonly keys?: readonly string[];
}

const CREDENTIALS = ["username", "password"];

/** The secrets of AWS Secrets Manager that the stacks read, one by one; a secret may be read for several things. */
const reads = ({ github, daggerCloud, telemetry, proxy, images, fleets }: Config): Read[] => [
  { what: "github", secret: github.secret },
  ...fleets.flatMap((fleet) => (fleet.github === undefined ? [] : [{ what: `github of ${fleet.name}`, secret: fleet.github.secret }])),
  { what: "daggerCloud", secret: daggerCloud?.secret, keys: ["token"] },
  { what: "telemetry", secret: telemetry?.secret, keys: ["headers"] },
  { what: "proxy", secret: proxy?.secret, keys: CREDENTIALS },
  ...Object.entries(images.credentials).map(([registry, secret]) => ({ what: `images of ${registry}`, secret, keys: CREDENTIALS })),
  ...fleets.flatMap((fleet) =>
    fleet.runners.flatMap((runner) =>
      Object.entries(runner.secretEnvironment).map(([variable, { secret, key }]) => ({ what: `${variable} of ${fleet.name}/${runner.name}`, secret, keys: [key] })),
    ),
  ),
];

/** What each is for, and its name or ARN as the configuration has it. */
export const namedSecrets = (config: Config): Record<string, string> =>
  Object.fromEntries(reads(config).flatMap(({ what, secret }) => (secret === undefined ? [] : [[what, secret]])));

/** All of them, each once. */
export const awsSecrets = (config: Config): string[] => [...new Set(Object.values(namedSecrets(config)))];

/** Those besides GitHub's, each once, with the keys that are read of it. */
export function otherSecrets(config: Config): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { secret, keys } of reads(config)) {
    if (secret !== undefined && keys !== undefined) found.set(secret, [...new Set([...(found.get(secret) ?? []), ...keys])]);
  }
  return found;
}
