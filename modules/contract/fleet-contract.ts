import { seconds } from "../config/fields/quantities";
import { isGuest } from "../config/cluster";
import { atLeast, type FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";

/**
 * The contract between a fleet's nodes, its engine and its runners. Everything that must agree between them is
 * written here and nowhere else: node pool, engine and runner pods all take it from this module.
 */

/** Key of both the label and the taint of runner nodes, as in Dagger's guide. The value is the fleet's name in the cluster. */
export const RUNNER_NODE_KEY = "actions-runner";
/** Group of the engine's socket (the chart's `runAsGroup`), and of the runner user in GitHub's image. */
export const DAGGER_GID = 1001;
/** Where AL2023 mounts the RAID array of a node's NVMe disks (`setup-local-disks raid0`). */
export const RAID_MOUNT = "/mnt/k8s-disks/0";
/** Folder of the engine's cache on the array. */
export const CACHE_SUBPATH = "dagger";
/** Where the engine keeps its cache, seen from its container. */
export const ENGINE_DATA_DIRECTORY = "/var/lib/dagger";
/** The variable by which the Dagger CLI finds an engine; the only one there is, in spite of its name. */
export const RUNNER_HOST_VARIABLE = "_EXPERIMENTAL_DAGGER_RUNNER_HOST";
/**
 * Above every runner (0), so that an engine always finds room on its node. The addons' guard finds the classes of all
 * installations in a cluster by the label.
 */
export const ENGINE_PRIORITY_CLASS = { name: "dagger-engine", value: 1_000_000, labels: { "app.kubernetes.io/part-of": "dagger-ci" } } as const;
/** The name of an installation's priority class. A cluster has one of each name, so a guest has its own. */
export const enginePriorityClass = ({ name, cluster }: Pick<Config, "name" | "cluster">): string =>
  isGuest(cluster) ? `${ENGINE_PRIORITY_CLASS.name}-${name}` : ENGINE_PRIORITY_CLASS.name;

/**
 * Taints of a node that has only just come. Tolerating them, the engine takes its place before runners may; otherwise
 * they fill the node at the same moment, and the engine's priority puts one of them out again. Seen on the real
 * Karpenter: 1 to 2 of 60 runners in a burst without, none with.
 */
export const NEW_NODE_TOLERATIONS = [
  { key: "karpenter.sh/unregistered", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoSchedule" },
] as const;

export interface FleetContract {
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly taint: { readonly key: string; readonly value: string; readonly effect: "NoSchedule" };
  /** For pods that may run on the fleet's nodes. It names key and value: a pod that tolerates everything is never drained. */
  readonly toleration: {
    readonly key: string;
    readonly operator: "Equal";
    readonly value: string;
    readonly effect: "NoSchedule";
  };
  /** `fullnameOverride` of the engine's chart; its objects and host directories are named after it. */
  readonly engineName: string;
  /** The chart's DaemonSet of engines, and label `name` of its pods. */
  readonly engineDaemonSet: string;
  readonly engineImage: string;
  /** Directory on the node where the engine makes its socket. Mount this, never the socket: a restart replaces it. */
  readonly socketDirectory: string;
  /** Where runners see that directory. */
  readonly socketMountPath: string;
  readonly socketUrl: string;
}

export function fleetContract({ name, inCluster, dagger }: Pick<FleetConfig, "name" | "inCluster" | "dagger">): FleetContract {
  const taint = { key: RUNNER_NODE_KEY, value: inCluster, effect: "NoSchedule" } as const;
  return {
    nodeLabels: { [RUNNER_NODE_KEY]: inCluster },
    taint,
    toleration: { ...taint, operator: "Equal" },
    engineName: name,
    engineDaemonSet: `${name}-engine`,
    engineImage: `registry.dagger.io/engine:v${dagger}`,
    ...socket(dagger, name),
  };
}

/**
 * How many seconds Terraform waits for a part of a fleet that goes when its jobs have ended: the time that jobs are
 * given, and a quarter of an hour for nodes and controllers.
 */
export const goodbyeSeconds = ({ nodes }: Pick<FleetConfig, "nodes">): number => seconds(nodes.terminationGracePeriod) + 15 * 60;

/** The engine's chart moved the socket in 0.17.0 (template engine-daemonset.yaml at the chart's tags). */
function socket(dagger: string, engineName: string) {
  const before = !atLeast(dagger, "0.17.0");
  const socketMountPath = before ? "/var/run/dagger" : "/run/dagger";
  return {
    socketDirectory: before ? socketMountPath : `${socketMountPath}-${engineName}`,
    socketMountPath,
    socketUrl: `unix://${socketMountPath}/${before ? "buildkitd" : "engine"}.sock`,
  };
}
