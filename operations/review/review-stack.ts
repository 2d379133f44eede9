import type { PlannedStack } from "../terraform/plans-file";
import { changesOf, type Changed } from "./changes";
import { fingerprint } from "./fingerprint";
import { provisional, type Provisional } from "./outputs";
import type { PlanJson } from "./plan-json";
import type { Flag } from "./rules/rule";
import { flagsOf } from "./rules/rules";

/** All that is to be said of one stack. */
export interface StackReview {
  readonly result: PlannedStack;
  readonly changes: readonly Changed[];
  readonly plan?: PlanJson;
  readonly fingerprint?: string;
  readonly flags: readonly Flag[];
  readonly provisional: readonly Provisional[];
}

/**
 * Reviews stacks together, since one's changes make another's plan provisional.
 * @param planOf the plan of a stack, as JSON.
 * @param moreFlags what other sources than the plan tell of a stack.
 */
export function reviewStacks(
  results: readonly PlannedStack[],
  planOf: (stack: string) => PlanJson,
  moreFlags: (stack: string) => Flag[] = () => [],
): StackReview[] {
  const planned = results.map((result) => {
    const has = result.outcome === "changes" || result.outcome === "unchanged";
    return { result, stack: result.stack, dependencies: result.dependencies, ...(has ? { plan: planOf(result.stack) } : {}) };
  });
  const provisionals = provisional(planned);
  return planned.map(({ result, stack, plan }) => {
    const changes = plan ? changesOf(plan) : [];
    return {
      result,
      changes,
      ...(plan ? { plan, fingerprint: fingerprint(plan) } : {}),
      flags: [...flagsOf(changes), ...moreFlags(stack)],
      provisional: provisionals.get(stack) ?? [],
    };
  });
}
