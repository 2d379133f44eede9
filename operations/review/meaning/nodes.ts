import type { Changed } from "../changes";
import { at, listAt } from "../plan-json";
import { changes, gone, number, spec, subjectOf, type Meaning } from "./meaning";
import { capacityTypes, requirementEffect } from "./requirements";

const EVERY_NODE = {
  jobs: "no job is cut: Karpenter replaces every node after its jobs, within the disruption budgets",
  caches: "each node's cache is lost with it",
};
const nameOf = ({ change }: Changed) => at(change.before, "manifest", "metadata", "name");
const ids = (side: unknown, terms: string) => listAt(side, "manifest", "spec", terms).map((term) => String(at(term, "id")));
const spotComes: Meaning["match"] = ({ kind, change }) => {
  const [before, after] = [capacityTypes(change.before), capacityTypes(change.after)];
  return kind === "change" && after.includes("spot") && !before.includes("spot") && `${before.join(", ")} to ${after.join(", ")}`;
};

/** Seconds of a duration such as `1h30m`; `Never` is without end. */
function duration(text: unknown): number {
  if (text === "Never") return Infinity;
  const units = { h: 3600, m: 60, s: 1 };
  return [...String(text).matchAll(/([\d.]+)([hms])/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as "h" | "m" | "s"], 0);
}
const fromTo =
  (way: "shorter" | "longer", ...path: string[]): Meaning["match"] =>
  ({ kind, change }) => {
    const [before, after] = [change.before, change.after].map(spec(...path));
    if (kind !== "change" || duration(before) === duration(after)) return false;
    return (way === "shorter") === duration(after) < duration(before) && `${String(before)} to ${String(after)}`;
  };

/** What changes of autoscaled nodes mean. */
export const NODES: readonly Meaning[] = [
  {
    of: "NodePool",
    change: "destroyed, replaced",
    match: gone,
    title: "Node pool goes",
    means: { jobs: "its nodes go, each after its jobs as long as their grace period lasts", caches: "the caches of all its nodes are lost" },
  },
  {
    of: "EC2NodeClass",
    change: "destroyed, replaced, its node pool stays",
    match: (changed, all) => !all.changes.some((other) => subjectOf(other) === "NodePool" && other.kind === "destroy" && nameOf(other) === nameOf(changed)) && gone(changed, all),
    title: "Node class goes",
    means: { jobs: "its nodes go, each after its jobs as long as their grace period lasts", caches: "the caches of all its nodes are lost" },
  },
  {
    of: "NodePool",
    change: "`template.spec.terminationGracePeriod` shorter",
    match: fromTo("shorter", "template", "spec", "terminationGracePeriod"),
    title: "Long jobs are cut",
    means: { jobs: "a node that has to go waits so long for its jobs, and ends those that run longer" },
  },
  {
    of: "NodePool",
    change: "`template`: labels, taints, `expireAfter`, `terminationGracePeriod`",
    match: changes(/^manifest\.spec\.template\./, /^manifest\.spec\.template\.spec\.requirements/),
    title: "Every node is replaced",
    means: EVERY_NODE,
  },
  {
    of: "NodePool",
    change: "`requirements`: no old node fits, such as `architecture`",
    match: ({ kind, change }) => {
      const { every } = requirementEffect(change.before, change.after);
      return kind === "change" && every.length > 0 && every.join("; ");
    },
    title: "Every node is replaced",
    means: EVERY_NODE,
  },
  {
    of: "NodePool",
    change: "`requirements` narrower",
    match: ({ kind, change }) => {
      const { every, some } = requirementEffect(change.before, change.after);
      return kind === "change" && every.length === 0 && some.length > 0 && some.join(", ");
    },
    title: "Nodes that no longer fit are replaced",
    means: { jobs: "no job is cut: each goes after its jobs", caches: "the caches of those nodes are lost" },
  },
  {
    of: "NodePool",
    change: "`requirements`: spot added",
    match: spotComes,
    title: "Spot interruptions kill jobs",
    means: {
      jobs: "AWS takes a spot node back with two minutes' notice; the jobs on it fail",
      caches: "its cache is lost with it",
      cost: "spot is cheaper",
    },
  },
  {
    of: "NodePool",
    change: "`limits.cpu` lower",
    match: number("lower", spec("limits", "cpu"), " vCPUs at once"),
    title: "Cost bound",
    weight: "note",
    means: { jobs: "more of them wait when it is reached; nodes above it stay until they are idle", cost: "no more than this is bought" },
  },
  {
    of: "NodePool",
    change: "`limits.cpu` higher",
    match: number("higher", spec("limits", "cpu"), " vCPUs at once"),
    title: "Cost bound",
    weight: "note",
    means: { cost: "up to this much is bought when jobs ask for it" },
  },
  {
    of: "NodePool",
    change: "`disruption.consolidateAfter` shorter",
    match: fromTo("shorter", "disruption", "consolidateAfter"),
    title: "Idle nodes go sooner",
    weight: "note",
    means: { caches: "the cache of an idle node is lost sooner" },
  },
  {
    of: "NodePool",
    change: "`disruption.consolidateAfter` longer",
    match: fromTo("longer", "disruption", "consolidateAfter"),
    title: "Idle nodes stay longer",
    weight: "note",
    means: { cost: "each idle node is paid for as long" },
  },
  {
    of: "EC2NodeClass",
    change: "`amiSelectorTerms`",
    match: changes(/^manifest\.spec\.amiSelectorTerms/),
    title: "Every node is replaced",
    means: EVERY_NODE,
  },
  {
    of: "EC2NodeClass",
    change: "all but selectors: disks, tags, metadata, profile",
    match: changes(/^manifest\.spec\./, /^manifest\.spec\.(ami|subnet|securityGroup|capacityReservation)SelectorTerms/),
    title: "Every node is replaced",
    means: EVERY_NODE,
  },
  {
    of: "EC2NodeClass",
    change: "`securityGroupSelectorTerms`",
    match: changes(/^manifest\.spec\.securityGroupSelectorTerms/),
    title: "Every node is replaced",
    means: EVERY_NODE,
  },
  {
    of: "EC2NodeClass",
    change: "`subnetSelectorTerms` fewer",
    match: ({ kind, change }) => {
      const after = ids(change.after, "subnetSelectorTerms");
      const lost = ids(change.before, "subnetSelectorTerms").filter((id) => !after.includes(id));
      return kind === "change" && lost.length > 0 && lost.join(", ");
    },
    title: "Nodes that no longer fit are replaced",
    means: { jobs: "no job is cut: each goes after its jobs", caches: "the caches of those nodes are lost" },
  },
];
