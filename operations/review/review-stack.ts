import type { PlannedStack } from "../terraform/plans-file";
import { sameReasons } from "../terraform/progress";
import { changesOf, type Changed } from "./changes";
import { fingerprint } from "./fingerprint";
import { provisional, type Provisional } from "./outputs";
import type { PlanJson } from "./plan-json";
import type { Flag } from "./rules/rule";
import { driftOf } from "./drift";
import { outside } from "./rules/outside";
import { flagsOf, together } from "./rules/rules";

/** All that is to be said of one stack. */
export interface StackReview {
  readonly result: PlannedStack;
  readonly changes: readonly Changed[];
  readonly plan?: PlanJson;
  /** The stack whose plan failed for the same reason, and told it. */
  readonly as?: string;
  readonly fingerprint?: string;
  readonly flags: readonly Flag[];
  readonly provisional: readonly Provisional[];
}

/**
 * Reviews stacks together, since one's changes make another's plan provisional.
 * @param planOf the plan of a stack, as JSON.
 */
export function reviewStacks(results: readonly PlannedStack[], planOf: (stack: string) => PlanJson): StackReview[] {
  const planned = results.map((result) => {
    const has = result.outcome === "changes" || result.outcome === "unchanged";
    return { result, stack: result.stack, dependencies: result.dependencies, ...(has ? { plan: planOf(result.stack) } : {}) };
  });
  const provisionals = provisional(planned);
  const same = sameReasons(results);
  return planned.map(({ result, stack, plan }) => {
    const changes = plan ? changesOf(plan) : [];
    return {
      result,
      changes,
      ...(same.has(stack) ? { as: same.get(stack)! } : {}),
      ...(plan ? { plan, fingerprint: fingerprint(plan) } : {}),
      flags: plan ? allFlags(plan, changes) : [],
      provisional: provisionals.get(stack) ?? [],
    };
  });
}

/** What was done by hand first; what the plan does about it is then told already. */
function allFlags(plan: PlanJson, changes: readonly Changed[]): Flag[] {
  const byHand = outside(driftOf(plan), changes);
  const told = new Set(byHand.map(({ address }) => address));
  const planned = flagsOf(changes, plan.output_changes).filter(({ address }) => address === undefined || !told.has(address));
  return [...together(byHand), ...planned];
}
