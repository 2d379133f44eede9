import type { AutoscaledFleet } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { WARM_ANNOTATION, WARM_LABEL, warmDeployment, warmOrder, warmPriorityClass } from "../contract/warm";
import { runnerPodRequests } from "../placement/requests";
import { idle, IDLE_POD, podOf } from "./runner-images";

/** What decides where a pod may run, and with which credentials its images come. */
const AS_RUNNERS = ["nodeSelector", "tolerations", "imagePullSecrets", "runtimeClassName", "schedulerName"];

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
          ...IDLE_POD,
          // The first holds the room. Not the runner's own name, by which runner pods are told.
          containers: pod.images.map(({ name, image }, i) => ({
            ...idle(`warm-${name}`, image),
            ...(i === 0 ? { resources: { requests: requestsOf(runner) } } : {}),
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
