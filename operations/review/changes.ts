import type { Counts } from "../terraform/progress";
import type { PlanJson, ResourceChange } from "./plan-json";

/** What happens to a resource. */
export type Kind = "replace" | "destroy" | "change" | "add" | "forget" | "move" | "import" | "unchanged";

/** A resource with what happens to it. */
export interface Changed extends ResourceChange {
  readonly kind: Kind;
}

function kindOf({ change, previous_address }: ResourceChange): Kind {
  const does = (action: string) => change.actions.includes(action);
  if (does("create") && (does("delete") || does("forget"))) return "replace";
  if (does("delete")) return "destroy";
  if (does("update")) return "change";
  if (change.importing) return "import";
  if (does("create")) return "add";
  if (does("forget")) return "forget";
  return previous_address === undefined ? "unchanged" : "move";
}

/** All managed resources of a plan, unchanged ones too. Lookups change nothing and are left out. */
export const changesOf = (plan: PlanJson): Changed[] =>
  (plan.resource_changes ?? [])
    .filter(({ mode }) => mode === "managed")
    .map((resource) => ({ ...resource, kind: kindOf(resource) }));

export const ofKind = (changes: readonly Changed[], ...kinds: readonly Kind[]): Changed[] =>
  changes.filter(({ kind }) => kinds.includes(kind));

export const countsOf = (changes: readonly Changed[]): Counts => ({
  add: ofKind(changes, "add").length,
  change: ofKind(changes, "change").length,
  replace: ofKind(changes, "replace").length,
  destroy: ofKind(changes, "destroy").length,
  other: ofKind(changes, "move", "import", "forget").length,
});
