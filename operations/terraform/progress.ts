import type { Wait } from "./diagnostics";
import type { StackPlan } from "./plan-stack";

/** Number of resources by what happens to them. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
  readonly other: number;
}

/** "2 to replace, 1 to destroy, 3 to change, 4 to add": the worst first, what is not there left out. */
export function countsText({ add, change, replace, destroy, other }: Counts): string {
  const parts = [
    [replace, "to replace"],
    [destroy, "to destroy"],
    [change, "to change"],
    [add, "to add"],
    [other, "to move, import or forget"],
  ] as const;
  const text = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  return text.length > 0 ? text.join(", ") : "only outputs change";
}

/** What to say of a stack when its plan is there. */
export function outcomeText(plan: StackPlan, counts?: Counts): string {
  switch (plan.outcome) {
    case "unchanged":
      return "no changes";
    case "changes":
      return counts ? countsText(counts) : "changes";
    case "waits":
      return waitText(plan.waits);
    case "failed":
      return "FAILED";
  }
}

/** Of stacks whose plan failed for the reason of an earlier one, which that is. */
export function sameReasons(plans: readonly StackPlan[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const same = new Map<string, string>();
  for (const plan of plans) {
    if (plan.outcome !== "failed") continue;
    // What tells one stack from another is the place of its state.
    const reason = plan.message.replaceAll(`${plan.stack}.tfstate`, "");
    const earlier = first.get(reason);
    if (earlier === undefined) first.set(reason, plan.stack);
    else same.set(plan.stack, earlier);
  }
  return same;
}

/** "waits for network, cluster: never applied; for addons: …" */
function waitText(waits: readonly Wait[]): string {
  const reasons = [...new Set(waits.map(({ because }) => because))];
  const texts = reasons.map((reason) => {
    const stacks = waits.filter(({ because }) => because === reason).map(({ stack }) => stack);
    return `for ${stacks.join(", ")} (${reason})`;
  });
  return `waits ${texts.join("; ")}`;
}

/** Exit codes of `plan`, as Terraform's own with `-detailed-exitcode`. */
export const EXIT = { unchanged: 0, error: 1, changes: 2, notReviewed: 3 } as const;

/** 1 if any stack failed, 2 if any has changes or waits, otherwise 0. */
export function exitCode(plans: readonly StackPlan[]): number {
  if (plans.some(({ outcome }) => outcome === "failed")) return EXIT.error;
  return plans.every(({ outcome }) => outcome === "unchanged") ? EXIT.unchanged : EXIT.changes;
}

/** Shows that work on a stack has begun; what it returns ends the line with what came of it. */
export function progress(width: number, write: (text: string) => void = (text) => process.stdout.write(text)) {
  return (stack: string, doing: string) => {
    const start = Date.now();
    write(`${stack.padEnd(width)}  ${doing} … `);
    return (result: string) => write(`${result} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);
  };
}
