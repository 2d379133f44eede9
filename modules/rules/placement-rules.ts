import { fewestVcpus, placement, affordable, type FleetPlacement, type NodeType } from "../placement/placement";
import { howManyFit, lacking, nearest, remaining, sum, type Resource } from "../placement/packing";
import { engineRequests } from "../placement/requests";
import { inUnits, roomText } from "../placement/units";
import type { FleetConfig } from "../config/fleet";
import { mostWarm } from "../contract/warm";
import type { RunnerConfig } from "../config/runners";
import type { Refuse } from "./refuse";

type Size = FleetPlacement["sizes"][number];

/** The setting of a runner that asks for a resource. Pods are asked for by the runner as a whole. */
const RUNNER_SETTING: Readonly<Record<Resource, "cpu" | "memory" | "storage">> = {
  cpuMillicores: "cpu",
  memoryMib: "memory",
  ephemeralStorageBytes: "storage",
  pods: "cpu",
};
const ENGINE_SETTING: Readonly<Record<Resource, "cpu" | "memory" | "cacheMaxGb">> = {
  cpuMillicores: "cpu",
  memoryMib: "memory",
  ephemeralStorageBytes: "cacheMaxGb",
  pods: "cpu",
};

/**
 * Whether a fleet's runners can land anywhere, by the same reckoning as `npm run placement`. Call it for fleets of
 * which an instance type is known to qualify.
 */
export function checkPlacement(fleet: FleetConfig, refuse: Refuse): void {
  const placed = placement(fleet);
  const { nodeTypes, sizes } = placed;
  const fits = (size: Size) => nodeTypes.some(({ besideEngine }) => howManyFit(besideEngine, size.requests) > 0);
  const crowdedOut = sizes.some(fits) ? undefined : sizes.map((size) => crowding(fleet, nodeTypes, size)).find(Boolean);
  if (crowdedOut) {
    refuseEngine(fleet, crowdedOut, refuse);
    return;
  }
  sizes.forEach((size, i) => {
    if (!fits(size)) refuseSize(nodeTypes, size, i, refuse);
  });
  checkLimit(placed, refuse);
  checkIdle(placed, refuse);
  checkRunnersPerEngine(placed, refuse);
}

/** A size that has no room because of the engine, on the type that comes nearest to holding both. */
interface Crowding {
  readonly size: Size;
  readonly node: NodeType;
  /** What engine and runner together have too little of. */
  readonly resource: Resource;
}

/** Whether the engine is why a size fits nowhere: without it, it would fit, and the engine asks for more than the runner. */
function crowding(fleet: FleetConfig, nodeTypes: readonly NodeType[], size: Size): Crowding | undefined {
  const engine = engineRequests(fleet);
  const both = sum([engine, size.requests]);
  const node = nearest(nodeTypes, ({ besideAgents }) => besideAgents, both)!;
  const resource = lacking(node.besideAgents, both)[0];
  if (resource === undefined || howManyFit(node.besideAgents, size.requests) === 0) return undefined;
  return engine[resource] > size.requests[resource] ? { size, node, resource } : undefined;
}

function refuseEngine({ engine }: FleetConfig, { size, node, resource }: Crowding, refuse: Refuse): void {
  const { type, besideAgents } = node;
  const most = atMost(resource, remaining(besideAgents, size.requests)[resource]);
  const setting = ENGINE_SETTING[resource];
  refuse(
    ["engine", setting],
    engine[setting],
    `at most ${most}, which leaves room for one runner ${size.runner.name}: beside the DaemonSets, engine and runners share ` +
      `${roomText(besideAgents)} on ${type.name}, the nearest type`,
  );
}

function refuseSize(nodeTypes: readonly NodeType[], { runner, requests }: Size, i: number, refuse: Refuse): void {
  const { type, besideEngine } = nearest(nodeTypes, (node) => node.besideEngine, requests)!;
  const setting = RUNNER_SETTING[lacking(besideEngine, requests)[0]!];
  refuse(
    ["runners", i, setting],
    runner[setting],
    `what one node has left beside its engine and DaemonSets: ${roomText(besideEngine)} on ${type.name}, the nearest type`,
  );
}

/** A size whose smallest node is over the limit would wait for ever. */
function checkLimit({ fleet, nodeTypes, sizes }: FleetPlacement, refuse: Refuse): void {
  const { nodes } = fleet;
  if (nodes.mode === "persistent") return;
  const needed = sizes.flatMap(({ runner, requests }) => {
    const holders = nodeTypes.filter(({ besideEngine }) => howManyFit(besideEngine, requests) > 0);
    const smallest = fewestVcpus(holders.map(({ type }) => type));
    return smallest !== undefined && !affordable(fleet, smallest) ? [{ smallest, runner }] : [];
  });
  const most = needed.sort((a, b) => b.smallest.vcpu - a.smallest.vcpu)[0];
  if (most === undefined) return;
  const { smallest, runner } = most;
  refuse(
    ["nodes", "vcpuLimit"],
    nodes.vcpuLimit,
    `at least one node, so ${smallest.vcpu} or more: the smallest that holds a runner ${runner.name} is ${smallest.name}`,
  );
}

/** Idle runners that are always kept, and those that are kept warm, must find nodes within the limit; or the last of them wait for ever. */
function checkIdle({ fleet, nodeTypes, sizes, vcpuBound }: FleetPlacement, refuse: Refuse): void {
  const { nodes } = fleet;
  const needed = sizes.map(({ runner, requests }) => {
    const kept = keptOf(runner);
    // The least vCPUs that one runner of this size takes, on whichever type holds most for its size.
    const least = Math.min(
      ...nodeTypes.filter(({ type }) => affordable(fleet, type)).map(({ type, besideEngine }) => type.vcpu / howManyFit(besideEngine, requests)),
    );
    return kept === 0 || !Number.isFinite(least) ? 0 : kept * least;
  });
  const all = needed.reduce((total, one) => total + one, 0);
  if (!(all > vcpuBound)) return;
  const kept = sizes.reduce((total, { runner }) => total + keptOf(runner), 0);
  const warm = sizes.some(({ runner }) => mostWarm(runner) > 0);
  const [setting, received] = nodes.mode === "persistent" ? (["count", nodes.count] as const) : (["vcpuLimit", nodes.vcpuLimit] as const);
  const least = nodes.mode === "persistent" ? Math.ceil((all / vcpuBound) * nodes.count) : Math.ceil(all);
  refuse(["nodes", setting], received, `at least ${least}, or a smaller min${warm ? " or warm" : ""}: ${kept} ${warm ? "idle and warm" : "idle"} runners and their engines do not fit`);
}

/** Of nodes that stay, `warm` is refused elsewhere. */
const keptOf = (runner: RunnerConfig): number => idleOf(runner) + mostWarm(runner);

export const idleOf = (runner: RunnerConfig): number => {
  if (runner.kind === "scale-set") return runner.min;
  return runner.scaling.mode === "fixed" ? 0 : runner.scaling.min;
};

function checkRunnersPerEngine({ fleet, busiestEngine }: FleetPlacement, refuse: Refuse): void {
  const { engine, nodes } = fleet;
  if (busiestEngine === undefined || busiestEngine.runners <= engine.maxRunners) return;
  const { runners, type } = busiestEngine;
  const remedy = nodes.mode === "persistent" ? "take a smaller nodes.instanceType" : `lower nodes.vcpu.max, which is ${nodes.vcpu.max}`;
  refuse(
    ["engine", "maxRunners"],
    engine.maxRunners,
    `at least ${runners}, which is how many runners fit beside the one engine of ${type.name}; or ${remedy}`,
  );
}

/** The largest value that the setting of a resource may have, as it is written in the file. */
function atMost(resource: Resource, amount: number): string {
  const value = inUnits(resource, amount);
  if (resource === "memoryMib") return `${Math.floor(value)}Gi`;
  return String(resource === "cpuMillicores" ? Math.floor(value * 10) / 10 : Math.floor(value));
}
