import type { FleetConfig } from "../config/fleet";
import { candidates } from "./candidates";

/** GB (10^9 bytes) of the smallest cache disk that a node of the fleet may have; NaN if no type qualifies. */
export function smallestDiskGb({ nodes, engine }: FleetConfig): number {
  if (engine.cache === "root-disk") return nodes.rootDiskGb * 1.073741824;
  const { types } = candidates(nodes);
  return types.length === 0 ? NaN : Math.min(...types.map(({ nvmeGb }) => nvmeGb));
}
