import type { FleetConfig } from "../config/fleet";
import { candidates } from "./candidates";

/** Share of the smallest disk that the cache takes by default; jobs, images and Kubernetes' reserve need the rest. */
const DEFAULT_CACHE_SHARE = 0.65;
/** Largest share that may be configured: at 85 % Kubernetes deletes images, at 90 % it evicts pods. */
export const MAX_CACHE_SHARE = 0.75;

/**
 * Share of its own disk below which an engine takes back what no job uses, in percent. It looks every 5 s and acts once in 30 s at
 * most, so it must begin before Kubernetes deletes images at 15 % and evicts jobs at 10 %. It counts shares in GiB and GB at once:
 * 20 % is 18.6 % of a disk, and up to a gigabyte more.
 */
export const FREE_PERCENT = 20;

/** GB (10^9 bytes) of the smallest cache disk that a node of the fleet may have; NaN if no type qualifies. */
export function smallestDiskGb({ nodes, engine }: FleetConfig): number {
  if (engine.cache === "root-disk") return nodes.rootDiskGb * 1.073741824;
  const { types } = candidates(nodes);
  return types.length === 0 ? NaN : Math.min(...types.map(({ nvmeGb }) => nvmeGb));
}

/** GB that the engine cuts its cache back to, on each node of a fleet. */
export const cacheMaxGb = (fleet: FleetConfig): number =>
  fleet.engine.cacheMaxGb ?? Math.floor(smallestDiskGb(fleet) * DEFAULT_CACHE_SHARE);
