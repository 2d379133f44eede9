import { valueChanges } from "./diff";
import type { Change, PlanJson } from "./plan-json";

/** Outputs whose lists nobody reads by place, unlike those of subnets. */
const WITHOUT_ORDER = ["runs_on"];

/** Names of the outputs that a plan changes. */
export const movingOutputs = (plan: PlanJson): string[] =>
  Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => actions.some((action) => action !== "no-op"))
    .filter(([name, change]) => !valuesStay(name, change))
    .map(([name]) => name)
    .sort();

function valuesStay(name: string, change: Change): boolean {
  if (!WITHOUT_ORDER.includes(name) || !change.actions.includes("update")) return false;
  const found = valueChanges(name, change);
  return found.length > 0 && found.every(({ path }) => path.endsWith(" (order)"));
}

/** Names of the outputs of another stack that a plan's configuration reads. */
export function outputsRead(plan: PlanJson, upstream: string): string[] {
  const prefix = `data.terraform_remote_state.${upstream}.outputs.`;
  const found = new Set<string>();
  const search = (value: unknown): void => {
    if (typeof value === "string" && value.startsWith(prefix)) found.add(value.slice(prefix.length).replace(/[.[].*$/, ""));
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(search);
  };
  search(plan.configuration);
  return [...found].sort();
}

/** Why a plan may look different once what it builds on is applied. */
export interface Provisional {
  readonly upstream: string;
  /** The outputs that will move and that the plan reads. Empty: the upstream plan is itself provisional. */
  readonly outputs: readonly string[];
}

/** A stack with its plan, if it could be made. */
export interface Planned {
  readonly stack: string;
  readonly dependencies: readonly string[];
  readonly plan?: PlanJson;
}

/** For each planned stack, in their order, the upstream changes that its plan does not know yet. */
export function provisional(stacks: readonly Planned[]): Map<string, Provisional[]> {
  const result = new Map<string, Provisional[]>();
  for (const { stack, dependencies, plan } of stacks) {
    if (!plan) continue;
    const reasons = dependencies.flatMap((upstream): Provisional[] => {
      const above = stacks.find((candidate) => candidate.stack === upstream)?.plan;
      const moving = above ? movingOutputs(above) : [];
      const outputs = outputsRead(plan, upstream).filter((name) => moving.includes(name));
      if (outputs.length > 0) return [{ upstream, outputs }];
      return (result.get(upstream)?.length ?? 0) > 0 ? [{ upstream, outputs }] : [];
    });
    if (reasons.length > 0) result.set(stack, reasons);
  }
  return result;
}
