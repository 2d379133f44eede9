import type { StackPlan } from "../terraform/plan-stack";
import { changesOf } from "./changes";
import { movingOutputs } from "./outputs";
import type { PlanJson } from "./plan-json";

/**
 * What came of a plan, as it is for people: Terraform calls it a change when only the order of an output is another.
 * Nothing would happen, so nothing is to be applied.
 */
export function settle<P extends StackPlan>(result: P, plan: PlanJson): P {
  const isEmpty = changesOf(plan).every(({ kind }) => kind === "unchanged") && movingOutputs(plan).length === 0;
  return result.outcome === "changes" && isEmpty ? { ...result, outcome: "unchanged" } : result;
}
