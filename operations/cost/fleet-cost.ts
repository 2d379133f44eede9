import type { FleetConfig } from "../../modules/config/fleet";
import { isAutoscaled } from "../../modules/config/fleet";
import { placement } from "../../modules/placement/placement";
import { HOURS_PER_MONTH } from "../../modules/placement/units";
import { cents } from "./lines";
import { dollars, pricedNodes, type PricedNode, type Where } from "./nodes";

/** One node type, and what it makes of the cost. */
interface On {
  readonly type: string;
  readonly month: number;
}

/** What a fleet can cost at most, and what an hour of each of its runners costs. */
export interface FleetCost {
  readonly name: string;
  /** Every vCPU of the limit, all month. Unset where the type of nodes that stay is not known. */
  readonly vcpuHours?: number;
  /** In dollars: on the type with the cheapest vCPU, and on that with the dearest. Unset for nodes that stay, which an idle month has, or without prices. */
  readonly bound?: { readonly cheapest: On; readonly dearest: On };
  readonly sizes: readonly SizeCost[];
}

export interface SizeCost {
  readonly name: string;
  /** On the node that makes a runner cheapest when it is full. Unset without prices. */
  readonly full?: RunnerHour;
  /** A runner by itself on the cheapest node that holds it. */
  readonly alone?: RunnerHour;
}

interface RunnerHour {
  readonly type: string;
  readonly runners: number;
  readonly nodeHour: number;
  readonly runnerHour: number;
}

export function fleetCost(fleet: FleetConfig, where: Where): FleetCost {
  const { vcpuBound, sizes } = placement(fleet);
  const nodes = pricedNodes(fleet, where);
  const bound = isAutoscaled(fleet) ? bounds(vcpuBound, nodes.flat()) : undefined;
  return {
    name: fleet.name,
    ...(Number.isNaN(vcpuBound) ? {} : { vcpuHours: vcpuBound * HOURS_PER_MONTH }),
    ...(bound === undefined ? {} : { bound }),
    sizes: sizes.map(({ runner, mostPerEngine }, i) => ({ name: runner.name, ...sizeCost(nodes[i]!, Math.min(mostPerEngine, fleet.engine.maxRunners)) })),
  };
}

function bounds(vcpuBound: number, nodes: readonly PricedNode[]): FleetCost["bound"] {
  const byMonth = nodes.map(({ type, vcpu, hour }) => ({ type, month: cents((vcpuBound / vcpu) * hour * HOURS_PER_MONTH) })).sort((a, b) => a.month - b.month);
  const [cheapest, dearest] = [byMonth[0], byMonth.at(-1)];
  return cheapest && dearest && { cheapest, dearest };
}

/** @param most runners that one engine may serve */
function sizeCost(nodes: readonly PricedNode[], most: number): Omit<SizeCost, "name"> {
  const filled = nodes.map(({ type, hour, runners }) => runnerHour(type, hour, Math.min(runners, most))).sort((a, b) => a.runnerHour - b.runnerHour);
  const [full, cheapest] = [filled[0], nodes[0]];
  return full && cheapest ? { full, alone: runnerHour(cheapest.type, cheapest.hour, 1) } : {};
}

const runnerHour = (type: string, nodeHour: number, runners: number): RunnerHour => ({ type, runners, nodeHour, runnerHour: dollars(nodeHour / runners) });
