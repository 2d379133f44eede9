import type { V1ContainerStatus, V1DaemonSet, V1EnvVar, V1Node, V1Pod } from "@kubernetes/client-node";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { SEED_ACCOUNT, SEED_CONTAINERS, SEED_LABELS, SEED_REPOSITORY, SEED_TAINTS, type SeededFleet } from "../../modules/contract/seed";
import { asked, type Cluster } from "./cluster";

/** What a fleet's seeds consist of in the cluster, at one moment. */
export interface Deployed {
  readonly fleet: SeededFleet;
  readonly nodes: readonly NodeOfFleet[];
  /** How its pods reach the seeds; `undefined` before the dagger stack was applied. */
  readonly access: Access | undefined;
}

export interface NodeOfFleet {
  readonly name: string;
  readonly node: V1Node;
  readonly seed: V1Pod | undefined;
  readonly engine: V1Pod | undefined;
  /** Pods beside the engine that have not ended: runners. */
  readonly beside: readonly V1Pod[];
}

/** What a pod needs to ask for a fleet's seeds: taken from the pods that restore and publish. */
export interface Access {
  readonly image: string;
  readonly environment: readonly V1EnvVar[];
  readonly imagePullSecrets: readonly { readonly name?: string }[];
  /** Repository of all architectures and months. */
  readonly seeds: string;
}

/** Reads a fleet's nodes, the pods on them, and how seeds are reached. */
export async function readDeployed(cluster: Cluster, fleet: SeededFleet): Promise<Deployed> {
  const { core, apps } = cluster;
  const { namespace } = fleet;
  const [nodes, pods, daemonSet] = await Promise.all([
    asked(cluster, "list nodes", core.listNode({ labelSelector: selector(fleetContract(fleet).nodeLabels) })),
    asked(cluster, `list pods in namespace ${namespace}`, core.listNamespacedPod({ namespace })),
    asked(cluster, `read DaemonSet ${namespace}/${SEED_ACCOUNT}`, apps.readNamespacedDaemonSet({ namespace, name: SEED_ACCOUNT })),
  ]);
  const living = (pods?.items ?? []).filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  return { fleet, nodes: (nodes?.items ?? []).map((node) => onNode(fleet, node, living)), access: accessOf(daemonSet) };
}

const selector = (labels: Readonly<Record<string, string>>): string => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(",");

function onNode(fleet: SeededFleet, node: V1Node, pods: readonly V1Pod[]): NodeOfFleet {
  const name = node.metadata!.name!;
  const here = pods.filter(({ spec }) => spec?.nodeName === name);
  const seed = here.find(({ metadata }) => metadata?.labels?.["app.kubernetes.io/name"] === SEED_LABELS["app.kubernetes.io/name"]);
  const engine = here.find(({ metadata }) => metadata?.labels?.name === fleetContract(fleet).engineDaemonSet);
  return { name, node, seed, engine, beside: here.filter((pod) => pod !== seed && pod !== engine) };
}

function accessOf(daemonSet: V1DaemonSet | undefined): Access | undefined {
  const spec = daemonSet?.spec?.template.spec;
  const restore = spec?.initContainers?.find(({ name }) => name === SEED_CONTAINERS.restore);
  const environment = (restore?.env ?? []).filter(({ value }) => value !== undefined);
  const seeds = environment.find(({ name }) => name === SEED_REPOSITORY)?.value;
  if (restore?.image === undefined || seeds === undefined) return undefined;
  return { image: restore.image, environment, imagePullSecrets: spec?.imagePullSecrets ?? [], seeds };
}

/** Whether a pod runs and stays: a command may be run in it. */
export const isRunning = ({ metadata, status }: V1Pod): boolean =>
  status?.phase === "Running" && metadata?.deletionTimestamp === undefined && (status.containerStatuses ?? []).some(({ state }) => state?.running !== undefined);

/** What became of the restore on a node, in a sentence. */
export function restored({ seed }: NodeOfFleet, now: Date): string {
  if (seed === undefined) return "There is no pod cache-seed on it.";
  const status = seed.status?.initContainerStatuses?.find(({ name }) => name === SEED_CONTAINERS.restore);
  if (status?.state === undefined) return "The pod that restores has not started.";
  return restoreState(status, now);
}

function restoreState({ state }: V1ContainerStatus, now: Date): string {
  if (state?.terminated !== undefined) {
    const { message, exitCode } = state.terminated;
    const [line = ""] = (message ?? "").trim().split("\n");
    if (line !== "") return line;
    return exitCode === 0 ? "The node had a cache already." : `The restore was ended (exit code ${exitCode}).`;
  }
  if (state?.running !== undefined) {
    const since = (now.getTime() - new Date(state.running.startedAt ?? now).getTime()) / 1000;
    return `It is restoring, for ${Math.max(0, Math.round(since))} s.`;
  }
  return `The restore waits: ${[state?.waiting?.reason, state?.waiting?.message].filter(Boolean).join(", ") || "Kubernetes does not say for what"}.`;
}

/** Value of the taint while a node is kept from its engine to publish; the one of new nodes has none. */
export const PUBLISHING = "publishing";
/** Whether a node has the taint that publishing puts there. */
export const isHeld = ({ spec }: V1Node): boolean =>
  (spec?.taints ?? []).some(({ key, value }) => key === SEED_TAINTS.restoring.key && value === PUBLISHING);
