import { weeklyHours } from "../config/fields/hours";
import type { RunnerConfig } from "../config/runners";
import type { Landing, SizePlacement } from "./placement";
import { HOURS_PER_MONTH } from "./units";

const HOURS_PER_WEEK = 7 * 24;

/** A number of runners that is kept warm, and for how many hours of a month. */
export interface WarmHours {
  readonly runners: number;
  readonly hoursPerMonth: number;
}

/** For how many hours of a month each number of runners of a size is kept warm, the largest number first. */
export const warmHours = ({ warm }: Pick<RunnerConfig, "warm">): WarmHours[] =>
  weeklyHours(warm).map(({ runners, hours }) => ({ runners, hoursPerMonth: (hours * HOURS_PER_MONTH) / HOURS_PER_WEEK }));

/** What warm runners of a size cost in nodes that would not be there for jobs. */
export interface WarmNodes {
  readonly hoursPerWeek: number;
  readonly hoursPerMonth: number;
  /** The most runners that are kept warm at once. */
  readonly runners: number;
  /** The nodes that hold those with the fewest vCPUs. */
  readonly nodes: number;
  readonly type: string;
  readonly nodeHoursPerMonth: number;
  readonly vcpuHoursPerMonth: number;
}

/**
 * The least that the warm hours of a size take when no job runs, on the nodes that waste least; Karpenter may buy larger ones
 * where those cost less, and sizes that are warm together share nodes. Undefined for a size that is never kept warm, or lands
 * nowhere.
 */
export function warmNodes({ runner, landings }: Pick<SizePlacement, "runner" | "landings">): WarmNodes | undefined {
  const hours = warmHours(runner);
  const [most] = hours;
  if (most === undefined || landings.length === 0) return undefined;
  const all = hours.map(({ runners, hoursPerMonth }) => ({ hoursPerMonth, ...fewest(landings, runners) }));
  const total = (of: (one: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + of(one), 0);
  return {
    hoursPerWeek: total(({ hoursPerMonth }) => (hoursPerMonth * HOURS_PER_WEEK) / HOURS_PER_MONTH),
    hoursPerMonth: total(({ hoursPerMonth }) => hoursPerMonth),
    runners: most.runners,
    nodes: all[0]!.nodes,
    type: all[0]!.type.name,
    nodeHoursPerMonth: total(({ hoursPerMonth, nodes }) => hoursPerMonth * nodes),
    vcpuHoursPerMonth: total(({ hoursPerMonth, nodes, type }) => hoursPerMonth * nodes * type.vcpu),
  };
}

/** The type on which so many runners take the fewest vCPUs, of several the one with fewest nodes, then with least memory. */
function fewest(landings: readonly Landing[], runners: number): { readonly nodes: number; readonly type: Landing["type"] } {
  const choices = landings.map(({ type, runners: fit }) => ({ nodes: Math.ceil(runners / fit), type }));
  return choices.reduce((best, one) => (rank(one) < rank(best) ? one : best));
}

/** One number to compare by: vCPUs first, then nodes, then memory. */
const rank = ({ nodes, type }: ReturnType<typeof fewest>): number => nodes * type.vcpu * 1e9 + nodes * 1e6 + (nodes * type.memoryMib) / 1e3;
