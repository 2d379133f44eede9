import { isAutoscaled, isPersistent, type FleetConfig } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { instanceHour, pricesOf } from "../../modules/facts/prices";
import { HOURS_PER_MONTH } from "../../modules/placement/units";
import { cents } from "./lines";
import type { Where } from "./nodes";

/** Hours of nodes that are alike. */
export interface NodeHours {
  readonly nodePool: string;
  readonly type: string;
  readonly capacityType: string;
  readonly zone: string;
  readonly hours: number;
}

/** What was recorded of a time. Hours of CPU are cores times hours. */
export interface Recorded {
  readonly nodes: readonly NodeHours[];
  /** By node pool: what Karpenter reckoned for the instances, and the CPU beside engines and DaemonSets. */
  readonly dollars: ReadonlyMap<string, number>;
  readonly cpuHours: ReadonlyMap<string, number>;
  /** By `runs-on`: the CPU that runner pods on nodes asked for. */
  readonly asked: ReadonlyMap<string, number>;
  readonly jobs: readonly { readonly runsOn: string; readonly repository: string; readonly hours: number }[];
}

export interface FleetSpent {
  readonly name: string;
  readonly nodeHours: number;
  readonly nodes: readonly (NodeHours & { readonly dollars?: number })[];
  /** Nodes with their root disks, at Karpenter's prices where it recorded them. Unset where a price is not known. */
  readonly dollars?: number;
  readonly by: "Karpenter's prices" | "list prices";
  readonly sizes: readonly SizeSpent[];
  /** What no runner asked for: empty nodes, and room that nobody took. Unset where nothing recorded it. */
  readonly idle?: Share;
}

interface Share {
  /** Of the CPU that the fleet's nodes had beside engines. */
  readonly share: number;
  readonly dollars?: number;
}

export interface SizeSpent extends Share {
  readonly name: string;
  readonly runsOn: string;
  readonly cpuHours: number;
  /** By the time of their jobs. */
  readonly repositories: readonly { readonly repository: string; readonly jobHours: number; readonly dollars?: number }[];
}

/** What each fleet's nodes cost in a time, shared among what asked for their CPU. */
export const spent = ({ fleets }: Config, recorded: Recorded, where: Where, hours: number): FleetSpent[] => fleets.map((fleet) => fleetSpent(fleet, recorded, where, hours));

function fleetSpent(fleet: FleetConfig, recorded: Recorded, where: Where, hours: number): FleetSpent {
  const nodes = nodesOf(fleet, recorded, hours).map((node) => ({ ...node, ...known("dollars", listDollars(node, where)) }));
  const nodeHours = nodes.reduce((sum, node) => sum + node.hours, 0);
  const gb = pricesOf(where.region)?.gp3GbMonth;
  const instances = recorded.dollars.get(fleet.inCluster) ?? total(nodes.map(({ dollars }) => dollars));
  const dollars = instances === undefined || gb === undefined ? undefined : instances + (nodeHours * fleet.nodes.rootDiskGb * gb) / HOURS_PER_MONTH;
  const cpuHours = recorded.cpuHours.get(fleet.inCluster) ?? 0;
  const sizes = cpuHours === 0 ? [] : fleet.runners.map(({ name, runsOn }) => sizeSpent(name, runsOn, recorded, cpuHours, dollars));
  const idle = Math.max(0, 1 - sizes.reduce((sum, { share }) => sum + share, 0));
  return {
    name: fleet.name,
    nodeHours,
    nodes,
    ...known("dollars", dollars),
    by: recorded.dollars.has(fleet.inCluster) ? "Karpenter's prices" : "list prices",
    sizes,
    ...(cpuHours === 0 ? {} : { idle: { share: idle, ...known("dollars", dollars === undefined ? undefined : dollars * idle) } }),
  };
}

/** Nodes that stay are not Karpenter's, who records none of them; they stood all the time. */
const nodesOf = (fleet: FleetConfig, { nodes }: Recorded, hours: number): readonly NodeHours[] =>
  isPersistent(fleet)
    ? [{ nodePool: fleet.inCluster, type: fleet.nodes.instanceType, capacityType: "on-demand", zone: "", hours: fleet.nodes.count * hours }]
    : isAutoscaled(fleet)
      ? nodes.filter(({ nodePool }) => nodePool === fleet.inCluster)
      : [];

function listDollars({ type, capacityType, hours }: Pick<NodeHours, "type" | "capacityType" | "hours">, { region, spotShare = 1 }: Where): number | undefined {
  const price = instanceHour(region, type);
  return price === undefined ? undefined : price * (capacityType === "spot" ? spotShare : 1) * hours;
}

function sizeSpent(name: string, runsOn: string, { asked, jobs }: Recorded, cpuHours: number, dollars: number | undefined): SizeSpent {
  const taken = asked.get(runsOn) ?? 0;
  const share = Math.min(1, taken / cpuHours);
  const own = jobs.filter((job) => job.runsOn === runsOn);
  const all = own.reduce((sum, job) => sum + job.hours, 0);
  const ofSize = dollars === undefined ? undefined : dollars * share;
  return {
    name,
    runsOn,
    cpuHours: taken,
    share,
    ...known("dollars", ofSize),
    repositories: own
      .map((job) => ({ repository: job.repository, jobHours: job.hours, ...known("dollars", ofSize === undefined ? undefined : (ofSize * job.hours) / all) }))
      .sort((a, b) => b.jobHours - a.jobHours),
  };
}

/** A sum, unless a part of it is not known. */
const total = (parts: readonly (number | undefined)[]): number | undefined =>
  parts.reduce<number | undefined>((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);

const known = <Name extends string>(name: Name, value: number | undefined) => (value === undefined ? {} : { [name]: cents(value) }) as Partial<Record<Name, number>>;
