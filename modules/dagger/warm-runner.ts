import type { AutoscaledFleet } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { runnerDeployment } from "../arc/runner-deployment";
import type { JsonObject } from "../config/objects";
import { DOCKER_CONTAINER, RUNNER_CONTAINER } from "../contract/runner-names";
import { WARM_ANNOTATION, WARM_LABEL, warmDeployment, warmOrder, warmPriorityClass } from "../contract/warm";
import { runnerPodRequests } from "../placement/requests";
import { runnerPod } from "../runner/runner-pod";

/** What decides where a pod may run, and with which credentials its images come. */
const AS_RUNNERS = ["nodeSelector", "tolerations", "imagePullSecrets", "runtimeClassName", "schedulerName"];
/** Nobody: a placeholder has nothing to do. */
const NOBODY = 65_534;

/**
 * Placeholders of a runner size: they ask for what a runner asks for, where a runner may run, and with its images, and do
 * nothing. The clock says how many there are.
 */
export function warmRunner(config: Config, fleet: AutoscaledFleet, runner: RunnerConfig) {
  const pod = podOf(config, fleet, runner);
  const labels = { [WARM_LABEL]: runner.name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: warmDeployment(runner), namespace: fleet.namespace, labels, annotations: { [WARM_ANNOTATION]: JSON.stringify(warmOrder(fleet, runner)) } },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      // Others beside the old ones would need nodes of their own.
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels },
        spec: {
          ...Object.fromEntries(AS_RUNNERS.flatMap((key) => (pod.spec[key] === undefined ? [] : [[key, pod.spec[key]]]))),
          affinity: { ...pod.spec.affinity, podAffinity: { ...pod.spec.affinity?.podAffinity, ...TOGETHER } },
          priorityClassName: warmPriorityClass(config),
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, seccompProfile: { type: "RuntimeDefault" } },
          // The first holds the room. The engine's image, which brings the CLI, is on the node with the engine.
          containers: pod.images.map(({ name, image }, i) => ({
            // Not the runner's own name, by which runner pods are told.
            name: `warm-${name}`,
            image,
            command: ["sleep", "infinity"],
            ...(i === 0 ? { resources: { requests: requestsOf(runner) } } : {}),
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
          })),
        },
      },
    },
  };
}

/**
 * Placeholders go where others are, and where jobs are, so that other nodes become empty. Karpenter and the scheduler keep
 * to it where there is room.
 */
const TOGETHER = {
  preferredDuringSchedulingIgnoredDuringExecution: [
    near(100, WARM_LABEL),
    near(50, "actions.github.com/scale-set-name"),
    near(50, "runner-deployment-name"),
  ],
};

function near(weight: number, label: string) {
  return { weight, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchExpressions: [{ key: label, operator: "Exists" }] } } };
}

interface RunnerPod {
  readonly spec: JsonObject & { readonly affinity?: { readonly [kind: string]: object | undefined; readonly podAffinity?: object } };
  readonly images: readonly { readonly name: string; readonly image: unknown }[];
}

/** The pod of a runner as its size's own template has it, and those of its images that are known to have a `sleep`. */
function podOf(config: Config, fleet: AutoscaledFleet, runner: RunnerConfig): RunnerPod {
  if (runner.kind === "runner-deployment") {
    const { spec } = runnerDeployment(config, fleet, runner).spec.template;
    return { spec, images: [{ name: RUNNER_CONTAINER, image: spec.image }] };
  }
  const { spec } = runnerPod(config, fleet, runner);
  const of = (name: string, all: readonly { readonly name: string; readonly image: unknown }[]) => all.filter((container) => container.name === name).map(({ image }) => ({ name, image }));
  return { spec, images: [...of(RUNNER_CONTAINER, spec.containers), ...of(DOCKER_CONTAINER, spec.initContainers)] };
}

const requestsOf = (runner: RunnerConfig) => {
  const { cpuMillicores, memoryMib, ephemeralStorageBytes } = runnerPodRequests(runner);
  return {
    ...(cpuMillicores > 0 ? { cpu: thousandths(cpuMillicores) } : {}),
    ...(memoryMib > 0 ? { memory: whole(Math.ceil(memoryMib * 2 ** 20)) } : {}),
    ...(ephemeralStorageBytes > 0 ? { "ephemeral-storage": whole(ephemeralStorageBytes) } : {}),
  };
};

/**
 * Quantities as the API server writes them, with the largest unit that leaves no fraction: Terraform's provider takes another
 * spelling in its answer for a fault.
 */
const thousandths = (value: number): string => (value % 1000 === 0 ? whole(value / 1000) : `${value}m`);
function whole(value: number, units: readonly string[] = ["", "k", "M", "G", "T"]): string {
  const [unit = "", ...larger] = units;
  return value % 1000 === 0 && larger.length > 0 ? whole(value / 1000, larger) : `${value}${unit}`;
}
