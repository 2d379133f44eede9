import { ofKind } from "../changes";
import type { Means } from "../meaning/meaning";
import { at } from "../plan-json";
import type { Flag, Rule } from "./rule";

const forcedBy = (paths: readonly (readonly (string | number)[])[] = []): string[] => paths.map((path) => String(path[0]));

/** All in a stack is destroyed and made anew elsewhere. */
export function region(changes: Parameters<Rule>[0]): Flag[] {
  const moving = ofKind(changes, "replace").filter(({ change }) => forcedBy(change.replace_paths).includes("region"));
  if (moving.length === 0) return [];
  const [before, after] = [moving[0]!.change.before, moving[0]!.change.after].map((side) => at(side, "region"));
  const where = typeof before === "string" && typeof after === "string" ? ` from ${before} to ${after}` : "";
  return [
    {
      brief: true,
      title: "Another region",
      what: `${moving.length} resources are destroyed and made anew${where}`,
      means: { jobs: "the whole installation goes, with running jobs", caches: "all caches are lost", evidence: "all logs are deleted" },
      advice: "For a second installation give it another name and state",
    },
  ];
}

export const FLEET_GOES: Means = {
  jobs: "its runner sets, engines and nodes are taken away, each after its running jobs as long as their grace period lasts",
  caches: "the caches of all its nodes are lost",
};

/** The ids of a fleet's resources begin with its name, as does its namespace's. */
const FLEET = /^kubernetes_namespace_v1\.(.+)_namespace_/;

/** A fleet that goes, or that moves: of what belongs to it the rest needs no word. */
export const wholeFleet: Rule = (changes) =>
  ofKind(changes, "destroy", "replace").flatMap((namespace): Flag[] => {
    const [, fleet] = FLEET.exec(namespace.address) ?? [];
    // Other namespaces, such as summerwind's, have no engine.
    if (fleet === undefined || !changes.some(({ address }) => address.startsWith(`helm_release.${fleet}_engine_`))) return [];
    const belongs = (address: string) => address.slice(address.indexOf(".") + 1).startsWith(`${fleet}_`);
    const covers: Flag["covers"] = ({ address }) => belongs(address);
    if (namespace.kind === "replace") {
      const name = (side: unknown) => String(at(side, "metadata", 0, "name"));
      return [
        {
          title: "Fleet moves to another namespace",
          how: `${name(namespace.change.before)} to ${name(namespace.change.after)}`,
          means: { jobs: "its runner sets are taken away, each after its running jobs, then its engines, and all are made anew; new jobs queue meanwhile" },
          advice: "Its nodes and their caches stay",
          address: namespace.address,
          covers: (changed) => covers(changed) && !["NodePool", "EC2NodeClass"].includes(String(at(changed.change.before, "manifest", "kind"))),
        },
      ];
    }
    return [
      {
        title: `Fleet ${fleet} goes`,
        means: FLEET_GOES,
        address: namespace.address,
        covers,
      },
    ];
  });
