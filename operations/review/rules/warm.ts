import { WARM_ANNOTATION, WARM_LABEL, type WarmOrder } from "../../../modules/contract/warm";
import { warmHours } from "../../../modules/placement/warm";
import { thousands } from "../../../modules/placement/units";
import type { Changed } from "../changes";
import { at, textAt } from "../plan-json";
import type { Flag, Rule } from "./rule";

const NEW = "room is there at once for as many jobs in these hours; the next ones wait for nodes as ever";
const BUYS = "Karpenter keeps nodes for them, with a job or without";

/** What a plan changes in the hours in which runners are kept warm. */
export const warm: Rule = (changes) => changes.flatMap(told);

function told(changed: Changed): Flag[] {
  const { address, kind, change } = changed;
  const [before, after] = [hoursOf(change.before), hoursOf(change.after)];
  if (kind === "unchanged" || (before === undefined && after === undefined) || before?.text === after?.text) return [];
  const common = { address, weight: "note" as const };
  if (before === undefined) return [{ ...common, title: "Runners kept warm", how: after!.text, means: { jobs: NEW, cost: `${BUYS}: ${after!.hours}` } }];
  if (after === undefined) {
    return [{ ...common, title: "Runners no longer kept warm", how: before.text, means: { jobs: "the first of them wait for nodes at any hour", cost: `nodes are not kept any more: ${before.hours} less` } }];
  }
  return [{ ...common, title: "Runners kept warm at other hours", how: `${before.text} to ${after.text}`, means: { jobs: NEW, cost: `${BUYS}: ${after.hours}, before ${before.hours}` } }];
}

/** The hours of a Deployment of placeholders, in words, and how much that is. */
function hoursOf(side: unknown): { readonly text: string; readonly hours: string } | undefined {
  const annotation = textAt(side, "manifest", "metadata", "annotations", WARM_ANNOTATION);
  if (at(side, "manifest", "kind") !== "Deployment" || annotation === "") return undefined;
  const size = textAt(side, "manifest", "metadata", "labels", WARM_LABEL);
  const { warm: windows } = JSON.parse(annotation) as WarmOrder;
  const levels = warmHours({ warm: [...windows] });
  const sum = (of: (one: (typeof levels)[number]) => number) => thousands(Math.round(levels.reduce((total, one) => total + of(one), 0)));
  return {
    text: windows.map(({ during, runners }) => `${runners} of ${size} ${during}`).join(", "),
    hours: `about ${sum(({ hoursPerMonth }) => hoursPerMonth)} hours a month, ${sum(({ runners, hoursPerMonth }) => runners * hoursPerMonth)} runner-hours`,
  };
}
