import { mebibytes } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import { cacheMaxGb } from "./cache-size";
import type { NodeResources } from "./allocatable";

const GB = 1e9;
const MIB = 1024 * 1024;

/** A DaemonSet of the cluster that has a pod on every runner node, and what that pod requests. */
export interface NodeAgent {
  readonly name: string;
  readonly requests: NodeResources;
}

const agent = (name: string, cpuMillicores: number): NodeAgent => ({
  name,
  requests: { cpuMillicores, memoryMib: 0, ephemeralStorageBytes: 0, pods: 1 },
});

/**
 * What runs on a runner node beside the engine and the runners, with the requests of EKS' add-ons as they come:
 * - aws-node: 25m for each of its two containers and for its init container, which does not add to them (chart
 *   aws-vpc-cni of aws/amazon-vpc-cni-k8s, `resources` in values.yaml);
 * - kube-proxy: 100m (the DaemonSet that the EKS add-on installs; AWS publishes no chart of it);
 * - eks-pod-identity-agent: none (chart of aws/eks-pod-identity-agent, `resources: {}`).
 *
 * The node plugin of the EBS driver stays off runner nodes by its add-on's configuration (modules/cluster). In an
 * existing cluster there may be others, such as log shippers, which this cannot know: each takes room from runners.
 */
export const NODE_AGENTS: readonly NodeAgent[] = [
  agent("aws-node", 50),
  agent("kube-proxy", 100),
  agent("eks-pod-identity-agent", 0),
];

/** What the pod of a fleet's engine requests; its chart has one container. */
export const engineRequests = (fleet: FleetConfig): NodeResources => ({
  cpuMillicores: millicores(fleet.engine.cpu),
  memoryMib: mebibytes(fleet.engine.memory),
  // A cache on the root disk is outside of what Kubernetes counts: with NVMe, that is the array.
  ephemeralStorageBytes: fleet.engine.cache === "nvme" ? cacheMaxGb(fleet) * GB : 0,
  pods: 1,
});

/**
 * What the pod of a runner size requests. Only the runner's own container requests anything: init containers and the
 * Docker sidecar have none, so by Kubernetes' rule (the largest init container or the sum of the others, sidecars
 * included) the pod's requests are the container's.
 */
export const runnerPodRequests = ({ cpu, memory, storage }: Pick<RunnerConfig, "cpu" | "memory" | "storage">): NodeResources => ({
  cpuMillicores: millicores(cpu),
  memoryMib: mebibytes(memory),
  ephemeralStorageBytes: storage === "none" ? 0 : mebibytes(storage) * MIB,
  pods: 1,
});

/** Cores in steps of a tenth, without the error of floating point. */
const millicores = (cores: number) => Math.round(cores * 1000);
