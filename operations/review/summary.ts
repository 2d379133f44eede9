import { outcomeText } from "../terraform/progress";
import { countsOf } from "./changes";
import { many } from "./markdown";
import type { StackReview } from "./review-stack";

/** After the last stack: what comes of each, and what to do next. For people at a terminal. */
export function summary(reviews: readonly StackReview[]): string {
  const width = Math.max(...reviews.map(({ result }) => result.stack.length));
  const lines = reviews.map(({ result, changes, flags }) => {
    const cautions = flags.filter(({ weight }) => weight === undefined).length;
    const text = outcomeText(result, result.outcome === "changes" ? countsOf(changes) : undefined);
    return `    ${result.stack.padEnd(width)}  ${text}${cautions > 0 ? `, ${many(cautions, "warning")}` : ""}`;
  });
  return ["Summary:", ...lines, "", nextStep(reviews)].join("\n");
}

function nextStep(reviews: readonly StackReview[]): string {
  const named = (outcome: string) => reviews.filter(({ result }) => result.outcome === outcome).map(({ result }) => result.stack);
  const [failed, changed, waiting] = [named("failed"), named("changes"), named("waits")];
  if (failed.length > 0) return `Next: mend what failed (${failed.join(", ")}), then npm run plan.`;
  if (changed.length === 0 && waiting.length === 0) return "Nothing to do: what is deployed is what the configuration says.";
  const later = waiting.length > 0 ? ` ${waiting.join(", ")} can be planned when those before are applied.` : "";
  return `Next: npm run deploy${changed.length > 0 ? `, which shows each review again and asks (${changed.join(", ")})` : ""}.${later}`;
}
