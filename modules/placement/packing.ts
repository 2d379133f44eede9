import type { NodeResources } from "./allocatable";

/** The resources in the order in which people think of them; the first one that lacks is the reason that is told. */
export const RESOURCES = ["cpuMillicores", "memoryMib", "ephemeralStorageBytes", "pods"] as const;
export type Resource = (typeof RESOURCES)[number];

/** A size of pods, and how many of them there may be at all. */
export interface Packable {
  readonly requests: NodeResources;
  readonly atMost: number;
}

const combine = (a: NodeResources, b: NodeResources, each: (a: number, b: number) => number): NodeResources => ({
  cpuMillicores: each(a.cpuMillicores, b.cpuMillicores),
  memoryMib: each(a.memoryMib, b.memoryMib),
  ephemeralStorageBytes: each(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
  pods: each(a.pods, b.pods),
});

/** All of these together. */
export const sum = (all: readonly NodeResources[]): NodeResources =>
  all.reduce((total, one) => combine(total, one, (a, b) => a + b));

/** What remains of `whole` beside `taken`; a resource of which there is not enough is below zero. */
export const remaining = (whole: NodeResources, taken: NodeResources): NodeResources =>
  combine(whole, taken, (a, b) => a - b);

/** Resources of which `room` has less than requested. */
export const lacking = (room: NodeResources, requests: NodeResources): readonly Resource[] =>
  RESOURCES.filter((resource) => room[resource] < requests[resource]);

/** How many pods of one size fit: as many as the scarcest resource allows. */
export const howManyFit = (room: NodeResources, requests: NodeResources): number =>
  Math.max(0, Math.min(...RESOURCES.map((resource) => quotient(room[resource], requests[resource]))));

/** Whatever is not asked for is enough for any number, unless there is less than none. */
const quotient = (left: number, request: number): number =>
  request > 0 ? Math.floor(left / request) : left < 0 ? 0 : Infinity;

/**
 * The most pods that fit, of sizes that share a node: for each resource as many as there are if the smallest requests
 * come first, and of these numbers the least. That is exact for one size, and where sizes rank alike in every
 * resource; where one wants CPU and another memory it may be a little more than truly fit.
 */
export const mostTogether = (room: NodeResources, sizes: readonly Packable[]): number =>
  Math.max(0, Math.min(...RESOURCES.map((resource) => mostOf(resource, room, sizes))));

function mostOf(resource: Resource, room: NodeResources, sizes: readonly Packable[]): number {
  const bySize = [...sizes].sort((a, b) => a.requests[resource] - b.requests[resource]);
  let left = room[resource];
  let count = 0;
  for (const { requests, atMost } of bySize) {
    const fit = Math.min(atMost, quotient(left, requests[resource]));
    count += fit;
    if (requests[resource] > 0) left -= fit * requests[resource];
    if (fit < atMost) break;
  }
  return count;
}

/** Of several rooms the one that comes nearest to the requests: whose scarcest resource covers the largest share. */
export function nearest<T>(items: readonly T[], room: (item: T) => NodeResources, requests: NodeResources): T | undefined {
  const covered = (item: T) =>
    Math.min(...RESOURCES.map((resource) => (requests[resource] === 0 ? Infinity : room(item)[resource] / requests[resource])));
  return items.reduce<T | undefined>((best, item) => (best === undefined || covered(item) > covered(best) ? item : best), undefined);
}
