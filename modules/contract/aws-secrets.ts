import type { Config } from "../config/schema";

/** The secrets of AWS Secrets Manager that the stacks read: what each is for, and its name or ARN as the configuration has it. */
export function namedSecrets({ github, daggerCloud, telemetry, proxy, images, fleets }: Config): Record<string, string> {
  const named = [
    ["github", github.secret],
    ...fleets.flatMap((fleet) => (fleet.github === undefined ? [] : [[`github of ${fleet.name}`, fleet.github.secret] as const])),
    ["daggerCloud", daggerCloud?.secret],
    ["telemetry", telemetry?.secret],
    ["proxy", proxy?.secret],
    ...Object.entries(images.credentials).map(([registry, secret]) => [`images of ${registry}`, secret] as const),
    ...fleets.flatMap((fleet) =>
      fleet.runners.flatMap((runner) =>
        Object.entries(runner.secretEnvironment).map(([variable, { secret }]) => [`${variable} of ${fleet.name}/${runner.name}`, secret] as const),
      ),
    ),
  ] as const;
  return Object.fromEntries(named.flatMap(([what, secret]) => (secret === undefined ? [] : [[what, secret]])));
}

/** All of them, each once. */
export const awsSecrets = (config: Config): string[] => [...new Set(Object.values(namedSecrets(config)))];
