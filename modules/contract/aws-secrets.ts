import type { Config } from "../config/schema";
import { allGithubs } from "./github";

/** Every secret of AWS Secrets Manager that the stacks read, each once, by the name or ARN that the configuration has. */
export const awsSecrets = ({ github, daggerCloud, telemetry, proxy, images, fleets }: Config): string[] => [
  ...new Set(
    [
      ...allGithubs({ github, fleets }).map(({ secret }) => secret),
      daggerCloud?.secret,
      telemetry?.secret,
      proxy?.secret,
      ...Object.values(images.credentials),
      ...fleets.flatMap(({ runners }) => runners.flatMap((runner) => Object.values(runner.secretEnvironment).map(({ secret }) => secret))),
    ].filter((secret) => secret !== undefined),
  ),
];
