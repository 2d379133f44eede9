import { quantity } from "../config/fields/kubernetes";
import { mebibytes } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import { isObject } from "../config/objects";
import { PRE_PULL, prePulls } from "../contract/pre-pull";
import { isSeeded, SEED_ACCOUNT, SEED_REQUESTS } from "../contract/seed";
import { hasDockerSidecar, RUNNER_CONTAINER } from "../contract/runner-names";
import { cacheMaxGb } from "./cache-size";
import type { NodeResources } from "./allocatable";
import { sum } from "./packing";

/** Cores in steps of a tenth, without the error of floating point. */
const millicores = (cores: number) => Math.round(cores * 1000);

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

/** What runs on a fleet's nodes besides: these, and what restores and publishes its cache. */
export const agentsOf = (fleet: FleetConfig): readonly NodeAgent[] => [
  ...NODE_AGENTS,
  ...(isSeeded(fleet) ? [SEED_AGENT] : []),
  ...(fleet.nodeExporter ? [NODE_EXPORTER] : []),
  ...(prePulls(fleet) ? [RUNNER_IMAGES] : []),
];

/** It requests nothing, too. */
const RUNNER_IMAGES = agent(PRE_PULL, 0);

/** It requests nothing, but is a pod. */
const NODE_EXPORTER = agent("node-exporter", 0);

const SEED_AGENT: NodeAgent = {
  name: SEED_ACCOUNT,
  requests: { cpuMillicores: millicores(quantity(SEED_REQUESTS.cpu)!), memoryMib: mebibytes(SEED_REQUESTS.memory), ephemeralStorageBytes: 0, pods: 1 },
};

/** What the pod of a fleet's engine requests; its chart has one container. */
export const engineRequests = (fleet: FleetConfig): NodeResources => ({
  cpuMillicores: millicores(fleet.engine.cpu),
  memoryMib: mebibytes(fleet.engine.memory),
  // A cache on the root disk is outside of what Kubernetes counts: with NVMe, that is the array.
  ephemeralStorageBytes: fleet.engine.cache === "nvme" ? cacheMaxGb(fleet) * GB : 0,
  pods: 1,
});

type Pod = Pick<RunnerConfig, "kind" | "cpu" | "memory" | "storage" | "docker" | "dockerd" | "podTemplate">;

/**
 * What the pod of a runner size requests, by Kubernetes' rule: the sum of its containers, sidecars among them, or the
 * largest init container. Those of the project request nothing but the runner's own, and dockerd's if it is told to.
 */
export function runnerPodRequests(runner: Pod): NodeResources {
  const { cpu, memory, storage, dockerd } = runner;
  const own: NodeResources = {
    cpuMillicores: millicores(cpu),
    memoryMib: mebibytes(memory),
    ephemeralStorageBytes: storage === "none" ? 0 : mebibytes(storage) * MIB,
    pods: 1,
  };
  const sidecar = hasDockerSidecar(runner) ? [ofSettings(dockerd)] : [];
  const { containers, initContainers } = added(runner.podTemplate);
  // What is added comes after the project's own init containers.
  let sidecars = sum([NOTHING, ...sidecar]);
  const pods: NodeResources[] = [];
  for (const init of initContainers) {
    if (init.restartPolicy === "Always") sidecars = sum([sidecars, ofContainer(init)]);
    else pods.push(sum([sidecars, ofContainer(init)]));
  }
  return { ...largest([sum([own, sidecars, ...containers.map(ofContainer)]), ...pods]), pods: 1 };
}

const NOTHING: NodeResources = { cpuMillicores: 0, memoryMib: 0, ephemeralStorageBytes: 0, pods: 0 };

/** A limit without a request is one (API defaulting of pods). */
const ofSettings = ({ cpu, memory, limits }: Pod["dockerd"]): NodeResources => ({
  cpuMillicores: millicores(cpu ?? limits.cpu ?? 0),
  memoryMib: mebibytes(memory ?? limits.memory ?? "0Mi"),
  ephemeralStorageBytes: 0,
  pods: 0,
});

/** The containers that a pod template adds. */
function added(template: Pod["podTemplate"]) {
  const spec = isObject(template?.spec) ? template.spec : {};
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);
  return { containers: list(spec.containers).filter(({ name }) => name !== RUNNER_CONTAINER), initContainers: list(spec.initContainers) };
}

function ofContainer({ resources }: Readonly<Record<string, unknown>>): NodeResources {
  const { requests, limits } = isObject(resources) ? resources : {};
  const amount = (name: string): number => {
    const value = (isObject(requests) ? requests[name] : undefined) ?? (isObject(limits) ? limits[name] : undefined);
    return typeof value === "string" || typeof value === "number" ? (quantity(value) ?? 0) : 0;
  };
  return {
    cpuMillicores: millicores(amount("cpu")),
    memoryMib: amount("memory") / MIB,
    ephemeralStorageBytes: amount("ephemeral-storage"),
    pods: 0,
  };
}

const largest = (pods: readonly NodeResources[]): NodeResources => {
  const most = (key: keyof NodeResources) => Math.max(...pods.map((pod) => pod[key]));
  return { cpuMillicores: most("cpuMillicores"), memoryMib: most("memoryMib"), ephemeralStorageBytes: most("ephemeralStorageBytes"), pods: most("pods") };
};

