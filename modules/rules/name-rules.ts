import { runsOnLabels } from "../config/runners";
import { RESERVED_FLEET_NAMES, RESERVED_NAMESPACES, RESERVED_SIZE_NAMES } from "../contract/reserved-names";
import type { Rule, ToldRule } from "./rule";

/** Names of fleets that others have in the same stack, in IAM or in the cluster. */
const reserved: Rule = ({ addons }, { clean, fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const { name, namespace, nodes, runners } = fleet;
    if (RESERVED_FLEET_NAMES.includes(name)) refuse(["name"], name, "another name: the stack has something else of this one");
    else if (nodes.mode === "persistent" && ["runner", "support"].includes(name)) {
      refuse(["name"], name, `another name for nodes that stay: the cluster stack has an IAM role for ${name} nodes already`);
    }
    const ofArc = clean("addons") && addons.arc.mode === "existing" ? [addons.arc.namespace] : [];
    if (RESERVED_NAMESPACES.includes(namespace) || namespace.startsWith("kube-") || ofArc.includes(namespace)) {
      refuse(["namespace"], namespace, "a namespace of the fleet's own: this one has others in it, and exists already");
    }
    runners.forEach((runner, i) => {
      if (RESERVED_SIZE_NAMES.includes(runner.name)) {
        refuse(["runners", i, "name"], runner.name, "another name: the fleet has something else of this one");
      }
      if (runner.kind === "scale-set" && runner.runsOn === name) {
        refuse(["runners", i, "runsOn"], runner.runsOn, "another name than the fleet's, which its engine's Helm release has");
      }
    });
  }
};

/** Names of one fleet's sizes: construct ids, and names of RunnerDeployments. */
const sizes: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of fleets) {
    fleet.runners.forEach((runner, i) => {
      const first = fleet.runners.findIndex(({ name }) => name === runner.name);
      if (first < i) refuse(["runners", i, "name"], runner.name, "a name of its own: another size of this fleet has this one, which comes from CPU and memory unless it is set");
      const scaled = fleet.runners.find((other) => other.kind === "runner-deployment" && `${other.name}-autoscaler` === runner.name);
      if (scaled) refuse(["runners", i, "name"], runner.name, `another name: the autoscaler of ${scaled.name} has this one`);
      const part = fleet.runners.find((other) => ["account", "environment", "role"].some((suffix) => `${other.name}-${suffix}` === runner.name));
      if (part) refuse(["runners", i, "name"], runner.name, `another name: a part of ${part.name} has this one`);
    });
  }
};

/** What must differ between fleets, since GitHub or the cluster has it once. */
const together: Rule = (_config, { fleets }) => {
  const names = new Set<string>();
  const namespaces = new Map<string, string>();
  const labels = new Map<string, string>();
  for (const { fleet, index, refuse } of fleets) {
    if (names.has(fleet.name)) refuse(["name"], fleet.name, "a name that no other fleet has");
    names.add(fleet.name);
    const other = namespaces.get(fleet.namespace);
    if (other !== undefined && other !== fleet.name) refuse(["namespace"], fleet.namespace, `another namespace than fleet ${other} has`);
    namespaces.set(fleet.namespace, fleet.name);
    fleet.runners.forEach((runner, j) => {
      const own = runsOnLabels(runner).join(" + ");
      const taken = labels.get(own);
      const sameName = fleet.runners.findIndex(({ name }) => name === runner.name) < j;
      if (taken !== undefined && !sameName) refuse(["runners", j, "runsOn"], own, `a name of its own; ${taken} has this one`);
      labels.set(own, `fleets[${index}].runners[${j}]`);
    });
  }
};

export const nameRules: readonly ToldRule[] = [
  { check: reserved, says: ["Fleets, sizes and namespaces have no name that a stack, a role, a Helm release or a controller has already."] },
  { check: sizes, says: ["Sizes of a fleet have names of their own, also apart from the parts that a size brings."] },
  { check: together, says: ["Fleets have names and namespaces of their own, and no two sizes the same `runsOn` or labels."] },
];
