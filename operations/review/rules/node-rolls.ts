import { attributeChanges, type AttributeChange } from "../diff";
import { at } from "../plan-json";
import type { Rule } from "./rule";

/**
 * What Karpenter leaves out of the hash by which it tells that a node is out of date. Requirements and selectors are
 * compared with each node by themselves: only nodes that no longer fit are replaced.
 */
const ROLLS: Readonly<Record<string, { readonly in: RegExp; readonly butNot: RegExp; readonly maybe: RegExp }>> = {
  NodePool: {
    in: /^manifest\.spec\.template\./,
    butNot: /^manifest\.spec\.template\.spec\.requirements/,
    maybe: /^manifest\.spec\.template\.spec\.requirements/,
  },
  EC2NodeClass: {
    in: /^manifest\.spec\./,
    butNot: /^manifest\.spec\.(ami|subnet|securityGroup|capacityReservation)SelectorTerms/,
    maybe: /^manifest\.spec\.(ami|subnet|securityGroup|capacityReservation)SelectorTerms/,
  },
};

/** A NodePool or EC2NodeClass change by which Karpenter replaces nodes, and with them their caches. */
export const nodeRolls: Rule = (changes) =>
  changes.flatMap(({ type, kind, change, address }) => {
    if (type !== "kubernetes_manifest") return [];
    const object = String(at(change.before, "manifest", "kind"));
    const rolls = ROLLS[object];
    if (!rolls) return [];
    if (kind === "replace" || kind === "destroy") {
      return [{ title: `${object} ${kind === "replace" ? "replaced" : "destroyed"}`, reason: "all its nodes go, and their caches with them", address }];
    }
    if (kind !== "change") return [];
    const paths = attributeChanges(type, change);
    const matching = (wanted: RegExp, not?: RegExp) =>
      names(paths.filter(({ path }) => wanted.test(path) && !not?.test(path)));
    const all = matching(rolls.in, rolls.butNot);
    const some = matching(rolls.maybe);
    return [
      ...(all.length > 0
        ? [{ title: "Nodes roll", reason: `a change of ${all.join(", ")} is drift: Karpenter replaces every node, within the disruption budget, and its cache is lost`, address }]
        : []),
      ...(some.length > 0
        ? [{ title: "Nodes may roll", reason: `Karpenter replaces each node that no longer fits ${some.join(", ")}`, address }]
        : []),
    ];
  });

/** The settings that change, each once, without the place inside them. */
const names = (paths: readonly AttributeChange[]): string[] => [
  ...new Set(paths.map(({ path }) => path.replace(/^manifest\.spec\./, "").replace(/^((?:template\.(?:spec|metadata)\.)?\w+).*$/, "$1"))),
];
