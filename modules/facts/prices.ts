import { offeringOf } from "./offerings";
import data from "./prices.json";

/** What AWS asks in a region, in US dollars. What is unset is not known, which says nothing of the price. */
export interface RegionPrices {
  readonly name: string;
  /** An EKS cluster, and what extended support of its Kubernetes version adds. */
  readonly clusterHour?: number;
  readonly extendedSupportHour?: number;
  /** A NAT gateway without what passes it. */
  readonly natHour?: number;
  /** An interface endpoint in one zone, without what passes it. */
  readonly endpointHour?: number;
  readonly ipv4Hour?: number;
  readonly gp3GbMonth?: number;
  readonly kmsKeyMonth?: number;
  /** Instances on demand, with Linux: a vCPU of each family, since EC2's prices grow with the vCPUs. */
  readonly vcpuHour: Readonly<Record<string, number>>;
  /** Types whose price does not follow from their family's. */
  readonly typeHour: Readonly<Record<string, number>>;
}

/** The content of `prices.json`. */
export interface PriceTable {
  /** Where the facts come from. */
  readonly source: string;
  /** The day of the price list, as `2026-01-31`. */
  readonly date: string;
  readonly currency: string;
  readonly regions: readonly RegionPrices[];
}

// TypeScript reads the maps of a JSON file as one type a row.
/** What AWS asks, by region. `npm run prices` renews it. */
export const priceTable = data as unknown as PriceTable;

/** Undefined for a region of which no price is known. */
export const pricesOf = (region: string): RegionPrices | undefined => priceTable.regions.find(({ name }) => name === region);

/** An hour of an instance on demand, in dollars; undefined where that is not known. */
export function instanceHour(region: string, type: string): number | undefined {
  const prices = pricesOf(region);
  const [vcpu, perVcpu] = [offeringOf(type)?.vcpu, prices?.vcpuHour[type.replace(/\..*$/, "")]];
  return prices?.typeHour[type] ?? (vcpu === undefined || perVcpu === undefined ? undefined : Number((vcpu * perVcpu).toFixed(5)));
}
