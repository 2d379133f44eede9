import type { Config } from "../../modules/config/schema";
import { priceTable } from "../../modules/facts/prices";
import { fleetCost, type FleetCost } from "./fleet-cost";
import { idleMonth } from "./idle-month";
import { total, type CostLine } from "./lines";
import type { Where } from "./nodes";

/** What `npm run cost -- --json` tells. */
export interface Cost {
  readonly name: string;
  readonly region: string;
  readonly prices: { readonly source: string; readonly date: string; readonly currency: string };
  /** Unset: spot is reckoned as on demand. */
  readonly spotShare?: number;
  readonly idleMonth: { readonly lines: readonly CostLine[]; readonly month: number; readonly unknown: readonly string[] };
  readonly fleets: readonly FleetCost[];
  readonly notCounted: readonly string[];
}

/** What an installation costs by its configuration alone. No bill: see `notCounted`. */
export function cost(config: Config, { spotShare, today, region = config.region }: { readonly spotShare?: number; readonly today: string; readonly region?: string }): Cost {
  const where: Where = { region, ...(spotShare === undefined ? {} : { spotShare }) };
  const lines = idleMonth({ ...config, region }, where, today);
  const { source, date, currency } = priceTable;
  return {
    name: config.name,
    region,
    prices: { source, date, currency },
    ...(spotShare === undefined ? {} : { spotShare }),
    idleMonth: { lines, ...total(lines) },
    fleets: config.fleets.map((fleet) => fleetCost(fleet, where)),
    notCounted: notCounted(config),
  };
}

const notCounted = ({ cluster, network, fleets }: Config): string[] => [
  ...(cluster.mode === "existing" ? ["the cluster that exists with its support nodes"] : ["logs of the control plane in CloudWatch"]),
  ...(network.mode === "existing" ? ["the VPC that exists"] : ["traffic, which NAT gateways and endpoints also charge by the GB", ...(network.flowLogs === "none" ? [] : ["flow logs"])]),
  ...(fleets.some(({ seed }) => seed !== undefined) ? ["seeds in S3: what they hold and each request"] : []),
  "taxes, discounts, savings plans and credits",
];
