import type { NodeResources } from "./allocatable";
import type { Resource } from "./packing";

/** Hours of a month, as AWS reckons. */
export const HOURS_PER_MONTH = 730;

const WORDS: Readonly<Record<Resource, string>> = {
  cpuMillicores: "CPU",
  memoryMib: "GiB of memory",
  ephemeralStorageBytes: "GB of disk",
  pods: "pods",
};

/** A resource in the unit that people know it by, a plain number: cores, GiB, GB of 10^9 bytes, pods. */
export function inUnits(resource: Resource, amount: number): number {
  const perUnit: Record<Resource, number> = { cpuMillicores: 1000, memoryMib: 1024, ephemeralStorageBytes: 1e9, pods: 1 };
  return amount / perUnit[resource];
}

/** `29.6 CPU`. Rounded down to a tenth: whoever asks for what is told must get it. */
export const amountText = (resource: Resource, amount: number): string =>
  `${tenths(Math.floor, resource, amount)} ${WORDS[resource]}`;

/** In people's units, rounded up or down to a tenth; the twelfth digit is the error of floating point. */
const tenths = (round: (value: number) => number, resource: Resource, amount: number): string =>
  thousands(round(Number((inUnits(resource, amount) * 10).toPrecision(12))) / 10);

/** `29.6 CPU, 51.4 GiB of memory and 1,343.2 GB of disk`. */
export const roomText = (room: NodeResources): string =>
  `${amountText("cpuMillicores", room.cpuMillicores)}, ${amountText("memoryMib", room.memoryMib)} and ` +
  amountText("ephemeralStorageBytes", room.ephemeralStorageBytes);

/** `CPU beside the engine is 5.6 on m6id.2xlarge, needed: at least 6`; in the form of the reasons of `qualify`. */
export function shortageText(type: string, room: NodeResources, requests: NodeResources, resource: Resource): string {
  const left = room[resource] < 0 ? "not enough for the engine" : tenths(Math.floor, resource, room[resource]);
  return `${WORDS[resource]} beside the engine is ${left} on ${type}, needed: at least ${tenths(Math.ceil, resource, requests[resource])}`;
}

/** `1,343.2`, the same in every locale. */
export const thousands = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
