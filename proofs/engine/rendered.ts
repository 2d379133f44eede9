import { readFileSync } from "node:fs";
import { engineValues } from "../../modules/dagger/engine-values";
import { parseConfig } from "../../modules/load-config";
import { engineWait } from "../../modules/runner/engine-wait";

type Json = Readonly<Record<string, unknown>>;

export interface Rendered {
  readonly engineJson: EngineJson & { readonly gc: { readonly minFreeSpace: string } };
  readonly environment: Readonly<Record<string, string>>;
  readonly ready: string;
  readonly drain: string;
  /** The init container of runners. */
  readonly wait: string;
}

type EngineJson = Json & { readonly gc: Json };

/**
 * An engine.json with other bounds. The machine's own disk may be fuller than a node's, and then an engine with a node's bounds
 * keeps nothing.
 */
export const bounded = ({ gc, ...rest }: EngineJson, space = { reservedSpace: 20e9, maxUsedSpace: 40e9, minFreeSpace: 1e9 }): Json => ({
  ...rest,
  gc: { ...gc, ...space, policies: [{ all: true, ...space }] },
});

/** What the project writes for a fleet's engine and runners, as the pods get it. */
export function rendered(dagger: string, engine: Json = {}, more: Json = {}): Rendered {
  const fleets = [{ name: "main", dagger, engine, runners: [{ cpu: 2, memory: "8Gi", max: 2 }] }];
  const config = parseConfig(JSON.stringify({ name: "proof", region: "eu-west-1", github: { organization: "proof", secret: "proof" }, ...more, fleets }));
  const fleet = config.fleets[0]!;
  const { engine: values } = engineValues(config, fleet) as unknown as {
    engine: {
      configJson: string;
      env: { name: string; value: string }[];
      readinessProbeSettings: { exec: { command: string[] } };
      lifecycle: { preStop: { exec: { command: string[] } } };
    };
  };
  return {
    engineJson: JSON.parse(values.configJson) as Rendered["engineJson"],
    environment: Object.fromEntries(values.env.filter(({ name }) => /proxy$/i.test(name)).map(({ name, value }) => [name, value])),
    ready: values.readinessProbeSettings.exec.command[2]!,
    drain: values.lifecycle.preStop.exec.command[2]!,
    wait: engineWait(config, fleet, "socket").initContainer.command[2]!,
  };
}

/** The init container's text in a pod of its own, with its two folders. */
export const inPod = (wait: string): string =>
  `mount -t tmpfs tmpfs /mnt && mkdir /mnt/cli && mount -t tmpfs tmpfs /tmp && cd / && export HOME=/tmp NODE_NAME=node-1\n${wait.replaceAll("/cli/dagger", "/mnt/cli/dagger")}`;

/** A certificate as a text that stands in a configuration. */
export const certificateIn = (file: string): string => readFileSync(file, "utf8");
