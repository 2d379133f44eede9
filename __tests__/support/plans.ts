import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf } from "../../operations/review/changes";
import { fitAll } from "../../operations/review/fit";
import type { PlanJson } from "../../operations/review/plan-json";
import { renderStack } from "../../operations/review/render";
import { reviewStacks, type StackReview } from "../../operations/review/review-stack";
import type { Flag, Rule } from "../../operations/review/rules/rule";
import type { PlannedStack } from "../../operations/terraform/plans-file";

/** Real plans of a change of the configuration; renew-plans/renew.mjs makes them. */
export interface PlanCase {
  readonly before: string | null;
  readonly after: string;
  readonly plans: readonly PlannedStack[];
  readonly json: Readonly<Record<string, PlanJson>>;
}

export const planCase = (name: string): PlanCase =>
  JSON.parse(readFileSync(join(__dirname, "../plans", `${name.replaceAll(" ", "-")}.json`), "utf8")) as PlanCase;

export const reviewsOf = ({ plans, json }: PlanCase): StackReview[] => reviewStacks(plans, (stack) => json[stack]!);

export const markdownOf = (reviews: readonly StackReview[], limit?: number): string => fitAll(reviews.map(renderStack), limit);

/** The review of one stack. */
export const reviewOf = (name: string, stack: string): StackReview =>
  reviewsOf(planCase(name)).find(({ result }) => result.stack === stack)!;

/** The plan of one stack. */
export const planOf = (name: string, stack: string): PlanJson => planCase(name).json[stack]!;

/** What one rule says of a plan. */
export const flags = (rule: Rule, plan: PlanJson): Flag[] => rule(changesOf(plan));
