import { isAutoscaled, type FleetConfig } from "../config/fleet";
import { mostRunners, type RunnerConfig } from "../config/runners";
import { allocatable, type NodeResources } from "./allocatable";
import { candidates } from "./candidates";
import type { InstanceType } from "../facts/instance-types";
import { howManyFit, lacking, mostTogether, nearest, remaining, sum, type Packable } from "./packing";
import type { RuledOutFamily } from "./qualify";
import { agentsOf, engineRequests, runnerPodRequests } from "./requests";
import { shortageText } from "./units";

/** An instance type that the fleet's nodes may be, and what pods get of it. */
export interface NodeType {
  readonly type: InstanceType;
  /** Beside the cluster's DaemonSets. */
  readonly besideAgents: NodeResources;
  /** Beside those and the fleet's engine: what runners share. */
  readonly besideEngine: NodeResources;
}

/** A node type on which runners of a size land, and how many of them fit. */
export interface Landing {
  readonly type: InstanceType;
  readonly runners: number;
}

/** Where the runners of one size land. */
export interface SizePlacement {
  readonly runner: RunnerConfig;
  readonly requests: NodeResources;
  /** Types that hold one runner or more and that the fleet's limit lets it buy, by family and size. */
  readonly landings: readonly Landing[];
  /** The most that one engine may serve: what fits on the largest type, or all there may be. */
  readonly mostPerEngine: number;
  /** Families of which no type is among the above, and the first reason. */
  readonly ruledOut: readonly Pick<RuledOutFamily, "family" | "reason">[];
}

/** Where the runners of a fleet land. */
export interface FleetPlacement {
  readonly fleet: FleetConfig;
  /** Types that the fleet's settings allow, whether its limit lets it buy one or not. */
  readonly nodeTypes: readonly NodeType[];
  readonly sizes: readonly SizePlacement[];
  /** The most runners, of all sizes together, that one engine may serve, and on which type. Unset if none ever lands. */
  readonly busiestEngine: Landing | undefined;
  /**
   * The most vCPUs that the fleet may have at once; NaN if the type of nodes that stay is not known. While EKS updates
   * those, there may be one node more.
   */
  readonly vcpuBound: number;
}

/**
 * Where the runners of a fleet land, from its configuration alone. It is what Karpenter plans before it has seen a node
 * of a type: nodes report a little more memory than it expects, so that later one more runner may fit where memory is
 * what runs out. Nodes that stay are reckoned with the same care.
 */
export function placement(fleet: FleetConfig): FleetPlacement {
  const placed = placements.get(fleet) ?? place(fleet);
  placements.set(fleet, placed);
  return placed;
}

/** Several rules, and what is written, ask for the same. */
const placements = new WeakMap<FleetConfig, FleetPlacement>();

function place(fleet: FleetConfig): FleetPlacement {
  const { types, ruledOut } = candidates(fleet.nodes);
  const engine = engineRequests(fleet);
  const nodeTypes = types.map((type): NodeType => {
    const besideAgents = ofFleet(type, fleet);
    return { type, besideAgents, besideEngine: remaining(besideAgents, engine) };
  });
  return {
    fleet,
    nodeTypes,
    sizes: fleet.runners.map((runner) => sizePlacement(fleet, runner, nodeTypes, ruledOut)),
    busiestEngine: busiest(fleet, nodeTypes),
    vcpuBound: vcpuBound(fleet, types[0]),
  };
}

const known = new Map<string, NodeResources>();

/** What a node of a type offers beside DaemonSets; nearly the same in every fleet, so reckoned once. */
function ofFleet(type: InstanceType, fleet: FleetConfig): NodeResources {
  const { maxPods } = fleet.nodes;
  const agents = agentsOf(fleet);
  const key = `${type.name} ${maxPods ?? ""} ${agents.map(({ name }) => name).join()}`;
  const left = known.get(key) ?? remaining(allocatable(type, maxPods), sum(agents.map(({ requests }) => requests)));
  known.set(key, left);
  return left;
}

/** Whether the fleet's limit lets it have a node of this type at all. */
export const affordable = ({ nodes }: FleetConfig, { vcpu }: InstanceType): boolean =>
  nodes.mode === "persistent" || vcpu <= nodes.vcpuLimit;

/** A size and how many of it there may be. A fixed number of runners is one that something else may change. */
const packable = (runner: RunnerConfig): Packable => ({
  requests: runnerPodRequests(runner),
  atMost: runner.kind === "runner-deployment" && runner.scaling.mode === "fixed" ? Infinity : mostRunners(runner),
});

function sizePlacement(
  fleet: FleetConfig,
  runner: RunnerConfig,
  nodeTypes: readonly NodeType[],
  ruledOut: readonly RuledOutFamily[],
): SizePlacement {
  const { requests, atMost } = packable(runner);
  const holders = nodeTypes
    .map(({ type, besideEngine }): Landing => ({ type, runners: howManyFit(besideEngine, requests) }))
    .filter(({ runners }) => runners > 0);
  const landings = holders.filter(({ type }) => affordable(fleet, type));
  const families = [...new Set(nodeTypes.map(({ type }) => type.family))];
  const without = families.filter((family) => !landings.some(({ type }) => type.family === family));
  const members = (family: string) => nodeTypes.filter(({ type }) => type.family === family);
  return {
    runner,
    requests,
    landings,
    mostPerEngine: Math.min(atMost, Math.max(0, ...landings.map(({ runners }) => runners))),
    ruledOut: [
      ...ruledOut.map(({ family, reason }) => ({ family, reason })),
      ...without.map((family) => ({
        family,
        reason: overLimit(fleet, family, holders) ?? noRoom(members(family), requests),
      })),
    ],
  };
}

function overLimit({ nodes }: FleetConfig, family: string, holders: readonly Landing[]): string | undefined {
  const smallest = fewestVcpus(holders.map(({ type }) => type).filter((type) => type.family === family));
  if (smallest === undefined || nodes.mode === "persistent") return undefined;
  return `number of vCPUs is ${smallest.vcpu} or more where a runner fits, allowed by nodes.vcpuLimit: up to ${nodes.vcpuLimit}`;
}

function noRoom(members: readonly NodeType[], requests: NodeResources): string {
  const { type, besideEngine } = nearest(members, (member) => member.besideEngine, requests)!;
  return shortageText(type.name, besideEngine, requests, lacking(besideEngine, requests)[0]!);
}

/** Of several types the one with the fewest vCPUs; of several of those the one with the least memory. */
export const fewestVcpus = (types: readonly InstanceType[]): InstanceType | undefined =>
  [...types].sort((a, b) => a.vcpu - b.vcpu || a.memoryMib - b.memoryMib)[0];

function busiest(fleet: FleetConfig, nodeTypes: readonly NodeType[]): Landing | undefined {
  const sizes = fleet.runners.map(packable);
  return nodeTypes
    .filter(({ type }) => affordable(fleet, type))
    .map(({ type, besideEngine }): Landing => ({ type, runners: mostTogether(besideEngine, sizes) }))
    .reduce<Landing | undefined>((most, landing) => (landing.runners > (most?.runners ?? 0) ? landing : most), undefined);
}

const vcpuBound = (fleet: FleetConfig, type: InstanceType | undefined): number => {
  if (isAutoscaled(fleet)) return fleet.nodes.vcpuLimit;
  return fleet.nodes.mode === "persistent" ? fleet.nodes.count * (type?.vcpu ?? NaN) : NaN;
};
