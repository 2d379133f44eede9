import { ZONES_WITHOUT_EKS, type Region, type RegionTable } from "../../modules/facts/regions";
import { byName } from "./table";

/** What EC2 answered for one region. */
export interface RegionAnswer {
  readonly name: string;
  readonly partition: string;
  /** Ids of its zones, and names of its endpoint services; unset for a region that the account has not opted into. */
  readonly zoneIds?: readonly string[];
  readonly endpoints?: readonly string[];
}

/** The regions with what is new of some of them. A region that the account cannot ask keeps what is known. */
export function mergeRegions({ regions }: RegionTable, answers: readonly RegionAnswer[], services: readonly string[]): Region[] {
  const all = new Map(regions.map((region) => [region.name, region]));
  for (const { name, partition, zoneIds, endpoints } of answers) {
    const zones = zoneIds?.filter((id) => !ZONES_WITHOUT_EKS.includes(id)).length ?? all.get(name)?.zones;
    const missing = endpoints ? services.filter((service) => !endpoints.some((one) => one.endsWith(`.${name}.${service}`))) : all.get(name)?.withoutEndpoints;
    all.set(name, { name, partition, ...(zones === undefined ? {} : { zones }), ...(missing && missing.length > 0 ? { withoutEndpoints: missing } : {}) });
  }
  return [...all.values()].sort(byName);
}
