import type { InstanceTypeInfo } from "@aws-sdk/client-ec2";
import type { Offering, OfferingTable } from "../../modules/facts/offerings";

const ARCHITECTURES: Readonly<Record<string, Offering["architecture"]>> = { x86_64: "amd64", arm64: "arm64" };

/** What EC2 says of a type, as far as any node depends on it; undefined for what runs no Kubernetes node, such as the Macs. */
export function offeringFacts(info: InstanceTypeInfo): Omit<Offering, "in" | "notIn"> | undefined {
  const name = info.InstanceType;
  const architecture = info.ProcessorInfo?.SupportedArchitectures?.map((value) => ARCHITECTURES[value]).find(Boolean);
  const card = info.NetworkInfo?.NetworkCards?.[info.NetworkInfo.DefaultNetworkCardIndex ?? 0];
  const [vcpu, memoryMib] = [info.VCpuInfo?.DefaultVCpus, info.MemoryInfo?.SizeInMiB];
  const [interfaces, addresses] = [card?.MaximumNetworkInterfaces, info.NetworkInfo?.Ipv4AddressesPerInterface];
  if (name === undefined || architecture === undefined || name.startsWith("mac")) return undefined;
  if (vcpu === undefined || memoryMib === undefined || interfaces === undefined || addresses === undefined) return undefined;
  return { name, architecture, vcpu, memoryMib, maxPods: interfaces * (addresses - 1) + 2 };
}

/** The table with what some regions sell now; what is known of the others stays. */
export function mergeOfferings(table: OfferingTable, sold: ReadonlyMap<string, readonly Omit<Offering, "in" | "notIn">[]>): Pick<OfferingTable, "regions" | "types"> {
  const regions = [...new Set([...table.regions, ...sold.keys()])].sort();
  const types = new Map(table.types.map((type) => [type.name, type as Omit<Offering, "in" | "notIn">]));
  for (const type of [...sold.values()].flat()) types.set(type.name, type);
  const before = new Map(table.types.map((type) => [type.name, type]));
  const isSold = (region: string, name: string) => {
    const asked = sold.get(region);
    if (asked) return asked.some((type) => type.name === name);
    const known = before.get(name);
    return known !== undefined && (known.in?.includes(region) ?? !known.notIn?.includes(region));
  };
  const rows = [...types.values()].flatMap((type): Offering[] => {
    const { name, architecture, vcpu, memoryMib, maxPods } = type;
    const where = regions.filter((region) => isSold(region, name));
    const missing = regions.filter((region) => !where.includes(region));
    if (where.length === 0) return [];
    const short = missing.length === 0 ? {} : missing.length < where.length ? { notIn: missing } : { in: where };
    return [{ name, architecture, vcpu, memoryMib, maxPods, ...short }];
  });
  const family = (name: string) => name.replace(/\..*$/, "");
  return {
    regions,
    types: rows.sort((a, b) => order(family(a.name), family(b.name)) || a.vcpu - b.vcpu || order(a.name, b.name)),
  };
}

const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
