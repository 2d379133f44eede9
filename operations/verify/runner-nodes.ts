import type { FleetConfig } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { ENGINE_DATA_DIRECTORY, fleetContract, RAID_MOUNT, RUNNER_NODE_KEY } from "../../modules/contract/fleet-contract";
import { ok, problem, type Finding } from "../findings";
import { image } from "../../modules/contract/sources";
import type { KubeObject } from "../kubernetes/objects";
import type { Snapshot } from "./snapshot";

/** How long a runner may be on its way before that is a fault: a node, its images and its engine. */
const PENDING_MINUTES = 20;

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
}
const specOf = (pod: KubeObject) => pod.spec as unknown as PodSpec;

/** On every node of a fleet one engine, ready, of the right version, with its cache where it belongs; runners placed. */
export function checkRunnerNodes(config: Config, fleet: FleetConfig, { nodes, pods, daemonSets }: Snapshot): Finding[] {
  const engineName = fleetContract(fleet).engineDaemonSet;
  const own = (nodes ?? []).filter(({ metadata }) => metadata.labels?.[RUNNER_NODE_KEY] === fleet.inCluster);
  const inNamespace = (pods ?? []).filter(({ metadata }) => metadata.namespace === fleet.namespace);
  const engines = inNamespace.filter(({ metadata }) => metadata.labels?.name === engineName);
  const subject = `engine of fleet ${fleet.name}`;
  const daemonSet = (daemonSets ?? []).some(
    ({ metadata }) => metadata.name === engineName && metadata.namespace === fleet.namespace,
  );
  return [
    daemonSet
      ? ok(subject, `DaemonSet ${engineName}, ${own.length === 1 ? "1 node" : `${own.length} nodes`}`)
      : problem(subject, `DaemonSet ${engineName} is not in namespace ${fleet.namespace}: apply the dagger stack`),
    ...own.flatMap((node) => engineOn(config, fleet, node, engines)),
    ...engines
      .filter((engine) => !own.some(({ metadata }) => metadata.name === specOf(engine).nodeName))
      .map((engine) => problem(subject, `${engine.metadata.name} is on ${specOf(engine).nodeName ?? "no node"}, which is not of this fleet`)),
    ...runners(fleet, own, inNamespace, engineName),
  ];
}

function engineOn(config: Config, fleet: FleetConfig, node: KubeObject, engines: readonly KubeObject[]): Finding[] {
  const subject = `engine on ${node.metadata.name}`;
  const here = engines.filter((engine) => specOf(engine).nodeName === node.metadata.name);
  const [engine] = here;
  if (here.length !== 1 || !engine) return [problem(subject, `${here.length} engines, there must be one`)];
  const container = specOf(engine).containers.find(({ name }) => name === "dagger-engine") ?? specOf(engine).containers[0];
  const wanted = image(config, fleetContract(fleet).engineImage);
  if (container?.image !== wanted) {
    return [problem(subject, `runs ${container?.image ?? "nothing"}, configured is ${wanted}: apply the dagger stack`)];
  }
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === ENGINE_DATA_DIRECTORY);
  const path = specOf(engine).volumes?.find(({ name }) => name === mount?.name)?.hostPath?.path;
  if (fleet.engine.cache === "nvme" && path !== RAID_MOUNT) {
    return [problem(subject, `its cache is on ${path ?? "no host path"}, not on the array at ${RAID_MOUNT}`)];
  }
  if (!isReady(engine)) {
    return [problem(subject, `not ready: kubectl -n ${fleet.namespace} describe pod ${engine.metadata.name}`)];
  }
  return [ok(subject, `${engine.metadata.name} is ready`)];
}

function runners(fleet: FleetConfig, nodes: readonly KubeObject[], pods: readonly KubeObject[], engineName: string): Finding[] {
  const subject = `runners of fleet ${fleet.name}`;
  const runnerPods = pods.filter(
    (pod) => specOf(pod).containers.some(({ name }) => name === "runner") && pod.metadata.labels?.name !== engineName,
  );
  const faults = runnerPods.flatMap((pod) => {
    const { name } = pod.metadata;
    const { nodeName } = specOf(pod);
    const phase = String(pod.status?.phase);
    if (nodeName !== undefined && !nodes.some(({ metadata }) => metadata.name === nodeName)) {
      return [problem(subject, `${name} is on ${nodeName}, which is not a node of this fleet`)];
    }
    if (phase === "Failed") return [problem(subject, `${name} failed: kubectl -n ${fleet.namespace} logs ${name} -c dagger-cli`)];
    const minutes = (Date.now() - new Date(pod.metadata.creationTimestamp ?? Date.now()).getTime()) / 60_000;
    if (phase === "Pending" && minutes > PENDING_MINUTES) {
      const waits = nodeName === undefined ? "no node for it" : "its engine does not answer, or an image does not come";
      return [problem(subject, `${name} waits for ${Math.floor(minutes)} minutes (${waits})`)];
    }
    return [];
  });
  return faults.length > 0 ? faults : [ok(subject, runnerPods.length === 0 ? "none at the moment" : `${runnerPods.length}, all placed`)];
}

const isReady = (pod: KubeObject): boolean =>
  ((pod.status?.conditions ?? []) as { type: string; status: string }[]).some(
    ({ type, status }) => type === "Ready" && status === "True",
  );
