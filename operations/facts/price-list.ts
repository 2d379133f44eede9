import { offeringOf } from "../../modules/facts/offerings";
import type { RegionPrices } from "../../modules/facts/prices";

type Service = Exclude<keyof RegionPrices, "name" | "vcpuHour" | "typeHour">;
/** What is asked of AWS's price list: `aws pricing get-products`. */
export interface PriceQuestion {
  readonly service: string;
  readonly filters: Readonly<Record<string, string>>;
  /** The kinds of usage that count, by the ends of their names; the rest begins with letters of the region. */
  readonly usage: Readonly<Partial<Record<Service, RegExp>>>;
}

/** Instances, by the filters of Karpenter's own question (its providers/pricing/pricing.go). */
export const INSTANCES: PriceQuestion = {
  service: "AmazonEC2",
  filters: { productFamily: "Compute Instance", operatingSystem: "Linux", tenancy: "Shared", preInstalledSw: "NA", capacitystatus: "Used", marketoption: "OnDemand" },
  usage: {},
};
export const SERVICES: readonly PriceQuestion[] = [
  { service: "AmazonEC2", filters: { productFamily: "NAT Gateway" }, usage: { natHour: /(^|-)NatGateway-Hours$/ } },
  { service: "AmazonEC2", filters: { productFamily: "Storage", volumeApiName: "gp3" }, usage: { gp3GbMonth: /(^|-)EBS:VolumeUsage\.gp3$/ } },
  { service: "AmazonVPC", filters: {}, usage: { endpointHour: /(^|-)VpcEndpoint-Hours$/, ipv4Hour: /(^|-)PublicIPv4:InUseAddress$/ } },
  { service: "AmazonEKS", filters: {}, usage: { clusterHour: /(^|-)AmazonEKS-Hours:perCluster$/, extendedSupportHour: /(^|-)AmazonEKS-Hours:extendedSupport$/ } },
  { service: "awskms", filters: {}, usage: { kmsKeyMonth: /(^|-)KMS-Keys$/ } },
];

/** A product as AWS writes it, as far as it is read. */
interface Product {
  readonly product: { readonly attributes: Readonly<Record<string, string>> };
  readonly terms: { readonly OnDemand?: Readonly<Record<string, { readonly priceDimensions: Readonly<Record<string, { readonly beginRange?: string; readonly pricePerUnit: { readonly USD?: string } }>> }>> };
}

/** The answer of the AWS CLI: each product is a text of JSON in it. */
const productsOf = (answer: string): Product[] => ((JSON.parse(answer) as { PriceList?: string[] }).PriceList ?? []).map((text) => JSON.parse(text) as Product);

/** In dollars; the first step of a price with steps, and nothing for what is free or in another currency. */
function priceOf({ terms }: Product): number | undefined {
  const dimensions = Object.values(terms.OnDemand ?? {}).flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  const price = Number(dimensions.find(({ beginRange = "0" }) => beginRange === "0")?.pricePerUnit.USD ?? 0);
  return price > 0 ? price : undefined;
}

/** Prices of what is no instance, from the answer to one of `SERVICES`. */
export function servicePrices({ usage }: PriceQuestion, answer: string): Partial<Record<Service, number>> {
  const products = productsOf(answer);
  return Object.fromEntries(
    Object.entries(usage).flatMap(([name, ending]) => {
      const price = products.filter(({ product }) => ending.test(product.attributes.usagetype ?? "")).map(priceOf).find((one) => one !== undefined);
      return price === undefined ? [] : [[name, price]];
    }),
  );
}

/** Prices of instances by type, from the answer to `INSTANCES`. */
export const instancePrices = (answer: string): Map<string, number> =>
  new Map(productsOf(answer).flatMap((one) => {
    const [type, price] = [one.product.attributes.instanceType, priceOf(one)];
    return type === undefined || price === undefined ? [] : [[type, price] as const];
  }));

/** Letters of the families that can be nodes of this project; see `nodes.categories`, and support nodes. */
const CATEGORIES = ["c", "m", "r", "t", "i", "im", "is", "x", "z"];
/** How far a type's price may be from its family's, as AWS rounds. */
const ROUNDING = 0.0005;

/** A region's row: a price of a vCPU for each family, and the types that do not follow it. */
export function regionRow(name: string, services: Omit<RegionPrices, "name" | "vcpuHour" | "typeHour">, instances: ReadonlyMap<string, number>): RegionPrices {
  const vcpuHour: Record<string, number> = {};
  const typeHour: Record<string, number> = {};
  const known = [...instances].filter(([type]) => offeringOf(type) !== undefined && !type.includes(".metal") && CATEGORIES.includes(/^[a-z]+/.exec(type)![0])).sort(([a], [b]) => (a < b ? -1 : 1));
  const families = new Map<string, (readonly [string, number])[]>();
  for (const one of known) families.set(familyOf(one[0]), [...(families.get(familyOf(one[0])) ?? []), one]);
  for (const [family, types] of families) {
    const perVcpu = types.map(([type, price]) => price / offeringOf(type)!.vcpu).sort((a, b) => a - b);
    const median = Number(perVcpu[Math.floor(perVcpu.length / 2)]!.toPrecision(7));
    const odd = types.filter(([type, price]) => Math.abs(median * offeringOf(type)!.vcpu - price) > price * ROUNDING);
    if (odd.length < types.length) vcpuHour[family] = median;
    Object.assign(typeHour, Object.fromEntries(odd));
  }
  return { name, ...services, vcpuHour, typeHour };
}

const familyOf = (type: string) => type.replace(/\..*$/, "");
