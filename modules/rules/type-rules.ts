import { DEFAULT_SUPPORT_TYPES } from "../config/cluster";
import { didYouMean } from "../config/did-you-mean";
import type { FleetConfig } from "../config/fleet";
import { familyNames, mayBeNewFamily, mayBeNewType, offeringOf, soldIn, typeNames } from "../facts/offerings";
import { candidates } from "../placement/candidates";
import type { Rule, ToldRule } from "./rule";

/** Instance types of support nodes: known, of their architecture, and sold where the cluster is. */
const supportTypes: Rule = ({ region, cluster }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "new") return;
  const { instanceTypes, architecture } = cluster.supportNodes;
  // Of the default types those are taken that the region sells (see settle).
  const asDefault = instanceTypes.every((name, i) => DEFAULT_SUPPORT_TYPES[i] === name) && instanceTypes.some((name) => soldIn(region, name) !== false);
  instanceTypes.forEach((name, i) => {
    const path = ["cluster", "supportNodes", "instanceTypes", i];
    const type = offeringOf(name);
    if (type === undefined) {
      if (!mayBeNewType(name)) refuse(path, name, `an instance type of EC2${didYouMean(name, typeNames()) || ", such as m7i.large"}`);
    } else if (type.architecture !== architecture) {
      refuse(path, name, `a type of cluster.supportNodes.architecture, which is ${architecture}: ${name} is ${type.architecture}`);
    } else if (!asDefault && clean("region") && soldIn(region, name) === false) {
      refuse(path, name, `a type that EC2 sells in ${region}`);
    }
  });
};

/** Instance types of fleets: each family that is named must give at least one, and the region must sell one. */
const fleetTypes: Rule = ({ region }, { clean, fleets }) => {
  for (const { fleet, refuse } of fleets) {
    if (fleet.nodes.mode === "autoscaled") familiesOf(fleet, refuse);
    const { types } = candidates(fleet.nodes);
    if (!clean("region") || types.length === 0 || types.some(({ name }) => soldIn(region, name) !== false)) continue;
    if (fleet.nodes.mode === "persistent") {
      refuse(["nodes", "instanceType"], fleet.nodes.instanceType, `a type that EC2 sells in ${region}`);
    } else {
      const sold = types.slice(0, 3).map(({ name }) => name);
      refuse(["nodes"], { families: fleet.nodes.families, categories: fleet.nodes.categories }, `nodes that EC2 sells in ${region}: it has none of ${sold.join(", ")}${types.length > 3 ? " …" : ""}`);
    }
  }
};

function familiesOf({ nodes }: FleetConfig, refuse: (path: readonly (string | number)[], received: unknown, allowed: string) => void): void {
  if (nodes.mode !== "autoscaled" || nodes.families === undefined) return;
  const { types, ruledOut } = candidates(nodes);
  nodes.families.forEach((family, i) => {
    const path = ["nodes", "families", i];
    if (!familyNames().includes(family)) {
      if (!mayBeNewFamily(family)) refuse(path, family, `an instance family of EC2${didYouMean(family, familyNames()) || ", such as m6id"}`);
      return;
    }
    // Where nothing is left at all, that is told of the nodes as a whole.
    const out = types.length === 0 ? undefined : ruledOut.find((one) => one.family === family);
    if (out) refuse(path, family, `a family that these settings leave a type of; of ${family}, ${out.reason}`);
  });
}

/** Whether a mistyped family is why no type is left, so that it need not be told twice. */
export const hasMistypedFamily = ({ nodes }: FleetConfig): boolean =>
  nodes.mode === "autoscaled" && (nodes.families ?? []).some((family) => !familyNames().includes(family) && !mayBeNewFamily(family));

export const typeRules: readonly ToldRule[] = [
  { check: supportTypes, says: ["`cluster.supportNodes.instanceTypes` exist, have its `architecture`, and are sold in the region."] },
  { check: fleetTypes, says: ["Each of `nodes.families` exists and leaves a type; the region sells one that the fleet may have."] },
];
