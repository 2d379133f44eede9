import { ofKind, type Changed } from "../changes";
import { at, listAt, textAt } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** The ids of a fleet's resources begin with its name. */
const POLICY = /^aws_iam_role_policy\.(.+)_seed_policy_/;
const ARCHITECTURE = "kubernetes.io/arch";

/** Seeds that a plan begins with, or that nobody can use after it. */
export const seeds: Rule = (changes, outputs) => [...useless(changes, outputs), ...begun(changes)];

/** A bucket of seeds that is made. */
const begun = (changes: readonly Changed[]): Flag[] =>
  ofKind(changes, "add")
    .filter(({ type }) => type === "aws_s3_bucket")
    .map(({ address }) => ({
      title: "Caches go to S3",
      weight: "note",
      means: {
        data: "what jobs leave in a publishing fleet's cache, secrets in layers among it, lies in this bucket until it expires; the bucket goes with all in it once no fleet has seeds",
        cost: "storage, and requests for each node that comes or leaves",
      },
      address,
    }));

/** An engine takes up what one of its own version left, for its own architecture. */
function useless(changes: readonly Changed[], outputs: Parameters<Rule>[1]): Flag[] {
  const { before, after } = outputs?.engine_versions ?? {};
  return publishing(changes).flatMap((fleet): Flag[] => {
    const moved = [[textAt(before, fleet), textAt(after, fleet)] as const, ...changes.filter(isPoolOf(fleet)).map(({ change }) => [architecture(change.before), architecture(change.after)] as const)]
      .filter(([old, now]) => old !== now && old !== "" && now !== "")
      .map(([old, now]) => `${old} to ${now}`);
    if (moved.length === 0) return [];
    return [
      {
        title: `Seeds of ${fleet} become useless`,
        how: moved.join(", "),
        means: {
          caches: "new nodes of this fleet, and of those that restore from it, start with an empty cache until one of its nodes has published",
          reversibility: "with the old value back they are of use again, until they expire",
        },
        advice: "A new fleet beside this one can publish before workflows move to it",
      },
    ];
  });
}

/** Fleets that publish before the change and after it. */
const publishing = (changes: readonly Changed[]): string[] =>
  ofKind(changes, "unchanged", "change", "replace").flatMap(({ address, change }) => {
    const [, fleet] = POLICY.exec(address) ?? [];
    return fleet !== undefined && textAt(change.before, "policy").includes('"s3:PutObject"') ? [fleet] : [];
  });

const isPoolOf =
  (fleet: string) =>
  ({ kind, change }: Changed): boolean =>
    kind === "change" && at(change.before, "manifest", "kind") === "NodePool" && at(change.before, "manifest", "metadata", "name") === fleet;

const architecture = (side: unknown): string =>
  listAt(side, "manifest", "spec", "template", "spec", "requirements")
    .filter((item) => at(item, "key") === ARCHITECTURE)
    .flatMap((item) => listAt(item, "values").map(String))
    .join(", ");
