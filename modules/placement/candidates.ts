import type { NodesConfig } from "../config/nodes";
import { instanceTypes } from "../facts/instance-types";
import { qualify, type Qualification } from "./qualify";

const known = new Map<string, Qualification>();

/**
 * Instance types that a fleet's nodes may be, and why other families are out: for nodes that Karpenter buys, all that
 * their node pool allows; for nodes that stay, the one type of their node group, or none if it has no local NVMe, is
 * of another architecture or is not on the Nitro hypervisor. Reckoned once for each set of settings.
 */
export function candidates(nodes: NodesConfig): Qualification {
  const key = JSON.stringify(nodes);
  const found = known.get(key) ?? (nodes.mode === "autoscaled" ? qualify(nodes) : { types: ofNodeGroup(nodes), ruledOut: [] });
  known.set(key, found);
  return found;
}

const ofNodeGroup = ({ instanceType, architecture: wanted }: Extract<NodesConfig, { mode: "persistent" }>) =>
  instanceTypes.filter(
    ({ name, architecture, hypervisor }) => name === instanceType && architecture === wanted && hypervisor === "nitro",
  );
