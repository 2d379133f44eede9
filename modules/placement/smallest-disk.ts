import { isAutoscaled, type FleetConfig } from "../config/fleet";
import { instanceTypes } from "./instance-types";
import { qualify } from "./qualify";

const known = new Map<string, number>();

/** GB (10^9 bytes) of the smallest cache disk that a node of the fleet may have; NaN if no type qualifies. */
export function smallestDiskGb(fleet: FleetConfig): number {
  const { nodes, engine } = fleet;
  if (engine.cache === "root-disk") return nodes.rootDiskGb * 1.073741824;
  const key = JSON.stringify(nodes);
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const types = isAutoscaled(fleet)
    ? qualify(fleet.nodes).types
    : instanceTypes.filter(
        ({ name, architecture, hypervisor }) =>
          nodes.mode === "persistent" &&
          name === nodes.instanceType &&
          architecture === nodes.architecture &&
          hypervisor === "nitro",
      );
  const smallest = types.length === 0 ? NaN : Math.min(...types.map(({ nvmeGb }) => nvmeGb));
  known.set(key, smallest);
  return smallest;
}
