import type { FleetConfig } from "../../modules/config/fleet";
import { soldIn } from "../../modules/facts/offerings";
import { instanceHour, pricesOf } from "../../modules/facts/prices";
import { placement, type Landing } from "../../modules/placement/placement";
import { HOURS_PER_MONTH } from "../../modules/placement/units";

/** A node that a fleet may have, with its price. */
export interface PricedNode {
  readonly type: string;
  readonly vcpu: number;
  /** Runners that fit beside its engine, of one size if there is no other. */
  readonly runners: number;
  /** The instance and its root disk, in dollars. */
  readonly hour: number;
}

export interface Where {
  readonly region: string;
  /** What an hour on spot costs of one on demand, such as 0.4. Unset: on demand. */
  readonly spotShare?: number;
}

/** An hour of a fleet's node with its root disk, in dollars; undefined where the price is not known. */
export function nodeHour({ nodes }: FleetConfig, type: string, { region, spotShare }: Where): number | undefined {
  const [instance, gb] = [instanceHour(region, type), pricesOf(region)?.gp3GbMonth];
  if (instance === undefined || gb === undefined) return undefined;
  // Karpenter buys spot wherever a node pool allows it.
  const spot = nodes.mode === "autoscaled" && nodes.capacityTypes.includes("spot");
  return dollars(instance * (spot ? (spotShare ?? 1) : 1) + (nodes.rootDiskGb * gb) / HOURS_PER_MONTH);
}

/** For each runner size the nodes that hold it, cheapest first: those which the region sells and whose price is known. */
export function pricedNodes(fleet: FleetConfig, where: Where): readonly (readonly PricedNode[])[] {
  const priced = ({ type: { name, vcpu }, runners }: Landing): PricedNode[] => {
    const hour = soldIn(where.region, name) === false ? undefined : nodeHour(fleet, name, where);
    return hour === undefined ? [] : [{ type: name, vcpu, runners, hour }];
  };
  return placement(fleet).sizes.map(({ landings }) => landings.flatMap(priced).sort((a, b) => a.hour - b.hour));
}

export const dollars = (amount: number): number => Number(amount.toFixed(5));
