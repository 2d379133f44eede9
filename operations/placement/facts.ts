import { atLeast, type FleetConfig } from "../../modules/config/fleet";
import { seconds } from "../../modules/config/fields/quantities";
import { isSeeded, seedSource, type SeededFleet } from "../../modules/contract/seed";
import { engineConfig } from "../../modules/dagger/engine-config";
import type { NodeResources } from "../../modules/placement/allocatable";
import type { WarmWindow } from "../../modules/config/fields/hours";
import { placement, type SizePlacement } from "../../modules/placement/placement";
import { warmNodes, type WarmNodes } from "../../modules/placement/warm";
import { agentsOf, engineRequests, type NodeAgent } from "../../modules/placement/requests";
import { smallestDiskGb } from "../../modules/placement/cache-size";
import { HOURS_PER_MONTH } from "../../modules/placement/units";

/** The engine's garbage collection, as its engine.json says it; sizes in bytes. What a session uses is never taken. */
export interface GcLimits {
  /** What the cache is cut back to, after a session and once a minute at most. Within a session it may take more. */
  readonly maxUsedSpace: number;
  /** Share of its node's disk, in percent, below which it is cut back until as much is free. */
  readonly minFreePercent: number;
}

/** What `npm run placement -- --json` tells of a fleet. */
export interface FleetFacts {
  readonly name: string;
  readonly dagger: string;
  readonly nodes: FleetConfig["nodes"]["mode"];
  readonly architecture: "amd64" | "arm64";
  /** How many nodes there are, where they stay. */
  readonly nodeCount?: number;
  readonly daemonSets: readonly NodeAgent[];
  readonly engineRequests: NodeResources;
  readonly cache: FleetConfig["engine"]["cache"];
  /** GB of 10^9 bytes: the smallest cache disk of a node, which the limits follow from. Unset if no type is known. */
  readonly smallestCacheDiskGb?: number;
  /** Unset for engines that take no engine.json from us (Dagger before 0.17.0): they have limits of their own. */
  readonly gc?: GcLimits;
  /** What new nodes begin with. Unset for a fleet without seeds. */
  readonly seed?: SeedFacts;
  /** The most runners of all sizes together, on which type, and what the configuration allows. */
  readonly mostRunnersPerEngine: number;
  readonly busiestType?: string;
  readonly maxRunners: number;
  /** Unset where the type of nodes that stay is not known. */
  readonly cost?: { readonly vcpuBound: number; readonly vcpuHoursPerMonth: number };
  readonly sizes: readonly SizeFacts[];
}

/** What seeds of caches cost a fleet: time at a node's start, and uploads to S3. */
export interface SeedFacts {
  /** The fleet whose seeds are restored. */
  readonly from: string;
  /** How much longer a new node may take at most before its engine starts. */
  readonly restoreWithinSeconds: number;
  /** The most GB that a node downloads at its start, and one that publishes uploads at its end. */
  readonly maxGb: number;
  /** Unset where nodes only restore. */
  readonly publishEverySeconds?: number;
}

export interface SizeFacts {
  readonly name: string;
  readonly requests: NodeResources;
  /** The hours in which room is kept, and what that takes while no job runs. Unset for a size without `warm`. */
  readonly warm?: WarmNodes & { readonly windows: readonly WarmWindow[] };
  readonly mostRunnersPerEngine: number;
  readonly types: readonly {
    readonly name: string;
    readonly family: string;
    readonly vcpu: number;
    readonly memoryMib: number;
    /** All of the node's NVMe, which its one engine gets. */
    readonly nvmeGb: number;
    /** How many runners of this size fit, if there is no other. */
    readonly runners: number;
  }[];
  readonly ruledOut: readonly { readonly family: string; readonly reason: string }[];
}

/** All there is to know of where a fleet's jobs land, as plain data. */
export function fleetFacts(fleet: FleetConfig): FleetFacts {
  const { sizes, busiestEngine, vcpuBound } = placement(fleet);
  const { nodes, engine } = fleet;
  const disk = smallestDiskGb(fleet);
  return {
    name: fleet.name,
    dagger: fleet.dagger,
    nodes: nodes.mode,
    architecture: nodes.architecture,
    ...(nodes.mode === "persistent" ? { nodeCount: nodes.count } : {}),
    daemonSets: agentsOf(fleet),
    engineRequests: engineRequests(fleet),
    cache: engine.cache,
    ...(Number.isNaN(disk) ? {} : { smallestCacheDiskGb: disk }),
    ...(atLeast(fleet.dagger, "0.17.0") ? { gc: gcLimits(fleet) } : {}),
    ...(isSeeded(fleet) ? { seed: seedFacts(fleet) } : {}),
    mostRunnersPerEngine: busiestEngine?.runners ?? 0,
    ...(busiestEngine === undefined ? {} : { busiestType: busiestEngine.type.name }),
    maxRunners: engine.maxRunners,
    ...(Number.isNaN(vcpuBound) ? {} : { cost: { vcpuBound, vcpuHoursPerMonth: vcpuBound * HOURS_PER_MONTH } }),
    sizes: sizes.map(sizeFacts),
  };
}

function gcLimits(fleet: FleetConfig): GcLimits {
  const { maxUsedSpace, minFreeSpace } = (engineConfig(fleet) as { gc: { maxUsedSpace: number; minFreeSpace: string } }).gc;
  return { maxUsedSpace, minFreePercent: parseInt(minFreeSpace) };
}

const seedFacts = (fleet: SeededFleet): SeedFacts => ({
  from: seedSource(fleet),
  restoreWithinSeconds: seconds(fleet.seed.restoreWithin),
  maxGb: fleet.seed.maxGb,
  ...(fleet.seed.publish ? { publishEverySeconds: seconds(fleet.seed.publishEvery) } : {}),
});

function sizeFacts(size: SizePlacement): SizeFacts {
  const { runner, requests, landings, mostPerEngine, ruledOut } = size;
  const warm = warmNodes(size);
  return {
    name: runner.name,
    requests,
    ...(warm === undefined ? {} : { warm: { windows: runner.warm, ...warm } }),
    mostRunnersPerEngine: mostPerEngine,
    types: landings.map(({ type, runners }) => ({
      name: type.name,
      family: type.family,
      vcpu: type.vcpu,
      memoryMib: type.memoryMib,
      nvmeGb: type.nvmeGb,
      runners,
    })),
    ruledOut,
  };
}
