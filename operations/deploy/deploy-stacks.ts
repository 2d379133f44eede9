import { readFileSync, rmSync } from "node:fs";
import { changesOf, countsOf } from "../review/changes";
import { fit } from "../review/fit";
import { parsePlan } from "../review/plan-json";
import { renderStack } from "../review/render";
import { reviewStacks } from "../review/review-stack";
import type { SynthesizedStack } from "../synthesized";
import { applyStack, planStack } from "../terraform/plan-stack";
import { plansFile } from "../terraform/plans-file";
import { EXIT, outcomeText, progress } from "../terraform/progress";
import { planJsonFile } from "../terraform/stacks";
import type { RunTerraform } from "../terraform/terraform";

export interface DeployOptions {
  readonly outdir: string;
  readonly locks: string;
  /** Asks whether to apply; the question names the stack. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly write: (text: string) => void;
  /** Fingerprint of the plan that was reviewed; any other is not applied. */
  readonly reviewed?: string;
  readonly echo?: boolean;
}

/** Plans and applies stacks one after another, and stops where one cannot go on. @returns the exit code. */
export async function deployStacks(
  run: RunTerraform,
  stacks: readonly SynthesizedStack[],
  { outdir, locks, confirm, write, reviewed, echo = false }: DeployOptions,
): Promise<number> {
  // What was planned before is no longer what a review should show.
  rmSync(plansFile(outdir), { force: true });
  const say = progress(Math.max(...stacks.map(({ name }) => name.length)), write);
  for (const [i, stack] of stacks.entries()) {
    const { name, dependencies } = stack;
    const left = stacks.slice(i + 1).map((next) => next.name);
    const stop = (why: string, code: number): number => {
      write(`${why}${left.length > 0 ? ` Not begun: ${left.join(", ")}.` : ""}\n`);
      return code;
    };

    const planned = say(name, "planning");
    const result = await planStack(run, stack, { outdir, locks, lockState: true, echo });
    if (result.outcome === "failed" || result.outcome === "waits") {
      planned(outcomeText(result));
      if (result.outcome === "failed") write(`\n${result.message}\n\n`);
      return stop(result.outcome === "waits" ? "Deploy that first." : `${name} could not be planned.`, EXIT.error);
    }
    const plan = parsePlan(readFileSync(planJsonFile(outdir, name), "utf8"));
    planned(outcomeText(result, countsOf(changesOf(plan))));
    const [review] = reviewStacks([{ ...result, dependencies }], () => plan);
    if (reviewed !== undefined && review!.fingerprint !== reviewed) {
      write(`${fit(renderStack(review!), Infinity)}\n`);
      return stop(`${name}: this plan is not the one that was reviewed; something moved since. Nothing was applied.`, EXIT.notReviewed);
    }
    if (result.outcome === "unchanged") continue;

    write(`\n${fit(renderStack(review!), Infinity)}\n\n`);
    if (!(await confirm(`Apply this to ${name}?`))) return stop(`${name} was not applied.`, EXIT.error);
    const applied = say(name, "applying");
    write("\n");
    const ended = await applyStack(run, name, outdir);
    applied(ended.code === 0 ? `${name} applied` : `${name} FAILED`);
    if (ended.code !== 0) return stop(`${name} was applied in part: read the error above, then deploy again.`, EXIT.error);
  }
  return EXIT.unchanged;
}
