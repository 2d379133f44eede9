import { runnerDeployment } from "../arc/runner-deployment";
import type { FleetConfig } from "../config/fleet";
import type { JsonObject } from "../config/objects";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { DOCKER_CONTAINER, RUNNER_CONTAINER } from "../contract/runner-names";
import { runnerPod } from "../runner/runner-pod";

/** A runner's pod as its size's own template has it. */
export interface RunnerPod {
  readonly spec: JsonObject & { readonly affinity?: { readonly [kind: string]: object | undefined; readonly podAffinity?: object } };
  /** Those of its images that are known to have a `sleep`, by the containers that they are for. */
  readonly images: readonly { readonly name: string; readonly image: unknown }[];
}

/**
 * To pull an image is to run it, so only those count of which it is known what then runs: the runner's own, and Docker's
 * beside it. The engine's, which brings the CLI, is on each node with the engine.
 */
export function podOf(config: Config, fleet: FleetConfig, runner: RunnerConfig): RunnerPod {
  if (runner.kind === "runner-deployment") {
    const { spec } = runnerDeployment(config, fleet, runner).spec.template;
    return { spec, images: [{ name: RUNNER_CONTAINER, image: spec.image }] };
  }
  const { spec } = runnerPod(config, fleet, runner);
  const of = (name: string, all: readonly { readonly name: string; readonly image: unknown }[]) => all.filter((container) => container.name === name).map(({ image }) => ({ name, image }));
  return { spec, images: [...of(RUNNER_CONTAINER, spec.containers), ...of(DOCKER_CONTAINER, spec.initContainers)] };
}

/** A container that does nothing, as nobody, in whatever image. */
export const idle = (name: string, image: unknown) => ({
  name,
  image,
  command: ["sleep", "infinity"],
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
});

const NOBODY = 65_534;
/** What is alike in pods that do nothing. */
export const IDLE_POD = {
  terminationGracePeriodSeconds: 0,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, seccompProfile: { type: "RuntimeDefault" } },
} as const;
