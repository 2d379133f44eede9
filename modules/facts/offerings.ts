import data from "./offerings.json";

/** An instance type as any node of the cluster may be one, and where EC2 sells it. */
export interface Offering {
  readonly name: string;
  readonly architecture: "amd64" | "arm64";
  readonly vcpu: number;
  /** Memory as EC2 states it, in MiB. */
  readonly memoryMib: number;
  /** Pods that get an address from the VPC, without prefix delegation. */
  readonly maxPods: number;
  /** The regions that sell it, of those that were asked; or those that do not, where these are fewer; neither: all do. */
  readonly in?: readonly string[];
  readonly notIn?: readonly string[];
}

/** The content of `offerings.json`. */
export interface OfferingTable {
  /** Where the facts come from. */
  readonly source: string;
  /** The day they were read, as `2026-01-31`. */
  readonly date: string;
  /** The regions that were asked. */
  readonly regions: readonly string[];
  readonly types: readonly Offering[];
}

// TypeScript reads every text of a JSON file as `string`; a test checks the values that the unions above allow.
/** Every instance type that can be a node, and where it is sold. `npm run offerings` renews the list. */
export const offeringTable = data as OfferingTable;

let byName: Map<string, Offering> | undefined;

/** An instance type by its name; undefined for one that is newer than the list, or that is none. */
export function offeringOf(name: string): Offering | undefined {
  byName ??= new Map(offeringTable.types.map((type) => [type.name, type]));
  return byName.get(name);
}

/** Whether a region sells a type; undefined where that is not known, as of a region or a type that the list has not. */
export function soldIn(region: string, name: string): boolean | undefined {
  const type = offeringOf(name);
  if (type === undefined || !offeringTable.regions.includes(region)) return undefined;
  return type.in === undefined ? !type.notIn?.includes(region) : type.in.includes(region);
}

export const typeNames = (): readonly string[] => offeringTable.types.map(({ name }) => name);
export const familyNames = (): readonly string[] => [...new Set(typeNames().map(familyOf))];

const familyOf = (type: string) => type.replace(/\..*$/, "");
/** Letters and generation of a family: `m7` of `m7gd`. */
const line = (family: string) => {
  const [, letters = "", generation = ""] = /^([a-z]+)([0-9]+)/.exec(family) ?? [];
  return { letters, generation: Number(generation) };
};

/** Whether a family that the list does not have may be a newer one: of the newest generation known for its letters, or the next two. */
export function mayBeNewFamily(family: string): boolean {
  const { letters, generation } = line(family);
  const known = familyNames().map(line).filter((other) => other.letters === letters).map((other) => other.generation);
  const newest = Math.max(...known);
  return known.length > 0 && generation >= newest && generation <= newest + 2;
}

/** Whether a type that the list does not have may be a newer one: of a newer family, in a size that others have. */
export function mayBeNewType(name: string): boolean {
  const [family = "", size = ""] = name.split(".");
  const sizes = new Set(typeNames().map((known) => known.split(".")[1]!));
  return sizes.has(size) && !familyNames().includes(family) && mayBeNewFamily(family);
}
