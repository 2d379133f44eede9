import type { NewClusterConfig } from "../config/cluster";
import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { ADDONS, installedAddons } from "../contract/addons";
import { CLOCK_REQUESTS, isWarm } from "../contract/warm";
import { quantity } from "../config/fields/kubernetes";
import { mebibytes } from "../config/fields/quantities";
import { offeringOf } from "../facts/offerings";
import { allocatable, type NodeResources } from "./allocatable";
import { remaining, sum } from "./packing";
import { NODE_AGENTS } from "./requests";

/** What controllers and listeners need of the support nodes, and what these have. */
export interface SupportRoom {
  /** The least of the nodes' instance types. */
  readonly type: string;
  /** What one node offers beside its DaemonSets, and all of them. */
  readonly oneNode: NodeResources;
  readonly offered: NodeResources;
  readonly needed: NodeResources;
  /** The largest pod: it must fit on one node. */
  readonly largest: NodeResources;
  readonly listeners: number;
}

const pod = (cpuMillicores: number, memoryMib: number): NodeResources => ({ cpuMillicores, memoryMib, ephemeralStorageBytes: 0, pods: 1 });
const times = (count: number, one: NodeResources): NodeResources[] => Array.from({ length: count }, () => one);

const LISTENER = pod(50, 64);
const CLOCK = pod(quantity(CLOCK_REQUESTS.cpu)! * 1000, mebibytes(CLOCK_REQUESTS.memory));
/** Requests of EKS's add-ons as they come: CoreDNS, and the EBS driver with its six and three containers. */
const COREDNS = pod(100, 70);
const EBS_CONTROLLER = pod(60, 240);
const EBS_NODE = pod(30, 120);

/** @returns undefined where an instance type is not known. */
export function supportRoom(
  { instanceTypes, count }: NewClusterConfig["supportNodes"],
  addons: Config["addons"],
  fleets: readonly FleetConfig[],
): SupportRoom | undefined {
  const types = instanceTypes.map(offeringOf);
  if (!types.every((type) => type !== undefined)) return undefined;
  const agents = [...NODE_AGENTS.map(({ requests }) => requests), EBS_NODE, ...(addons.prometheus.mode === "install" ? [pod(0, 0)] : [])];
  const rooms = types.map((type) => ({
    type: type.name,
    // A root disk is of no account here: controllers ask for none.
    oneNode: { ...remaining(allocatable({ ...type, nvmeGb: 0 }), sum(agents)), ephemeralStorageBytes: 0 },
  }));
  const { type, oneNode } = rooms.reduce((least, room) => (room.oneNode.memoryMib < least.oneNode.memoryMib ? room : least));
  const replicas = Math.min(count, 2);
  const listeners = fleets.flatMap(({ runners }) => runners).filter(({ kind }) => kind === "scale-set").length;
  const pods = [
    ...times(2, COREDNS),
    ...times(2, EBS_CONTROLLER),
    ...installedAddons({ addons }).flatMap((name) => {
      const { deployments, requests, single, others = [] } = ADDONS[name];
      return [...times(deployments.length * (single ? 1 : replicas), pod(requests.cpuMillicores, requests.memoryMib)), ...others.map((other) => pod(other.cpuMillicores, other.memoryMib))];
    }),
    ...times(listeners, LISTENER),
    ...times(fleets.filter(isWarm).length, CLOCK),
  ];
  return {
    type,
    oneNode,
    offered: sum(times(count, oneNode)),
    needed: sum(pods),
    largest: pods.reduce((most, one) => (one.memoryMib > most.memoryMib ? one : most)),
    listeners,
  };
}
