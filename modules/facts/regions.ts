import data from "./regions.json";

export interface Region {
  /** Such as `eu-west-1`. */
  readonly name: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, or one of the closed ones. */
  readonly partition: string;
  /** Zones in which EKS takes subnets for its control plane; an account may see fewer. Unset where that is not known. */
  readonly zones?: number;
  /** Services that have no interface endpoint there, of those that the project knows. */
  readonly withoutEndpoints?: readonly string[];
}

/** The content of `regions.json`. */
export interface RegionTable {
  /** Where the facts come from. */
  readonly source: string;
  /** The day they were read, as `2026-01-31`. */
  readonly date: string;
  readonly regions: readonly Region[];
}

/** Every AWS region. `npm run regions` renews the list. */
export const regionTable: RegionTable = data;

/** Zones where EKS accepts no subnet for its control plane (EKS user guide, network requirements). */
export const ZONES_WITHOUT_EKS: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az3"];

export const regionNames: readonly string[] = data.regions.map(({ name }) => name);

/** What is known of a region; undefined for one that is newer than the list, or that is none. */
export const regionOf = (name: string): Region | undefined => regionTable.regions.find((region) => region.name === name);

/** Partition of a region; one that the list does not know goes by its first letters. */
export function partitionOf(region: string): string {
  const known = regionOf(region)?.partition;
  if (known !== undefined) return known;
  return [["cn-", "aws-cn"], ["us-gov-", "aws-us-gov"], ["eusc-", "aws-eusc"]].find(([start]) => region.startsWith(start!))?.[1] ?? "aws";
}

/** Domain of AWS's services in a region. */
export const awsDomain = (region: string): string => (partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

const DIRECTIONS = ["central", "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"];

/**
 * Whether a name that the list does not have may be that of a newer region: the next number of a known place, or the first of
 * a place of its own. Anything else is a mistyped one.
 */
export function mayBeNewRegion(name: string): boolean {
  const [, place = "", number = ""] = /^(.+)-([0-9]+)$/.exec(name) ?? [];
  if (!DIRECTIONS.includes(place.split("-").at(-1)!)) return false;
  const taken = regionNames.filter((known) => known.replace(/-[0-9]+$/, "") === place).map((known) => Number(known.replace(/^.*-/, "")));
  return Number(number) === Math.max(0, ...taken) + 1;
}
