import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Interrupted } from "../interrupt";
import { changesOf, countsOf } from "../review/changes";
import { fit } from "../review/fit";
import { parsePlan } from "../review/plan-json";
import { renderStack } from "../review/render";
import { reviewStacks } from "../review/review-stack";
import { settle } from "../review/settle";
import { forReader, type Reader } from "../review/terminal";
import type { SynthesizedStack } from "../synthesized";
import { applyStack, planStack, sealPlan, type PlanOptions } from "../terraform/plan-stack";
import { EXIT, outcomeText, progress } from "../terraform/progress";
import { planJsonFile } from "../terraform/stacks";
import { outlives } from "./removal-time";
import { stateAfter, stateProblem, TerraformInterrupted, type RunTerraform } from "../terraform/terraform";

export interface DeployOptions {
  readonly outdir: string;
  /** Where to keep plans between review and apply: nobody else may write there. */
  readonly plans: string;
  readonly locks: string;
  /** Asks whether to apply; the question names the stack. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly write: (text: string) => void;
  /** Fingerprint of the plan that was reviewed; any other is not applied. */
  readonly reviewed?: string;
  /** When this process may be cut off, in milliseconds since 1970: what may take longer to remove is not applied. */
  readonly deadline?: number;
  /** Only these addresses. Default: all of a stack. */
  readonly targets?: readonly string[];
  readonly echo?: boolean;
  /** Who reads what is written. Default: a program, which gets Markdown. */
  readonly reader?: Reader;
  /** As for a plan: says why a stack must not be planned. */
  readonly admit?: NonNullable<PlanOptions["admit"]>;
}

/** Gets Markdown as it is. */
const PROGRAM: Reader = { isTerminal: false, colours: false };

/**
 * Plans and applies stacks one after another, and stops where one cannot go on.
 * @returns the exit code.
 * @throws Interrupted, with what was done and what was not.
 */
export async function deployStacks(run: RunTerraform, stacks: readonly SynthesizedStack[], options: DeployOptions): Promise<number> {
  const say = progress(Math.max(...stacks.map(({ name }) => name.length)), options.write);
  for (const [i, stack] of stacks.entries()) {
    const left = stacks.slice(i + 1).map((next) => next.name);
    const notBegun = left.length > 0 ? ` Not begun: ${left.join(", ")}.` : "";
    try {
      const stopped = await deployStack(run, stack, options, say);
      if (stopped === undefined) continue;
      options.write(`${stopped.why}${notBegun}\n`);
      return stopped.code;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      throw new Interrupted(`${error.message}${notBegun} npm run deploy goes on from there.`, error.reason);
    }
  }
  return EXIT.unchanged;
}

/**
 * Plans a stack, shows the review, asks, and applies exactly that plan.
 * @returns nothing if the next stack can follow, otherwise why not.
 * @throws Interrupted, with what was done.
 */
export async function deployStack(
  run: RunTerraform,
  stack: SynthesizedStack,
  { outdir, plans, locks, confirm, write, reviewed, deadline, targets = [], echo = false, reader = PROGRAM, admit }: DeployOptions,
  say: ReturnType<typeof progress>,
): Promise<{ why: string; code: number } | undefined> {
  const { name, dependencies } = stack;
  const folder = join(plans, name);
  mkdirSync(folder, { recursive: true });

  // The line that says what goes on is not ended yet.
  const waiting = (text: string) => write(`${text} … `);
  const planned = say(name, "planning");
  const made = await planStack(run, stack, {
    ...{ outdir, folder, locks, targets, lockState: true, echo, waiting },
    ...(admit ? { admit } : {}),
  }).catch((error: unknown) => {
    planned(error instanceof Interrupted ? "interrupted" : "FAILED");
    throw error instanceof Interrupted ? new Interrupted(`Interrupted while ${name} was planned: nothing of it was changed.`, error.reason) : error;
  });
  if (made.outcome === "failed" || made.outcome === "waits") {
    planned(outcomeText(made));
    if (made.outcome === "failed") write(`\n${made.message}\n\n`);
    return { why: made.outcome === "waits" ? "Deploy that first." : `${name} could not be planned.`, code: EXIT.error };
  }
  const saved = sealPlan(folder);
  const plan = parsePlan(readFileSync(planJsonFile(folder), "utf8"));
  const result = settle(made, plan);
  planned(outcomeText(result, countsOf(changesOf(plan))));
  const [review] = reviewStacks([{ ...result, dependencies }], () => plan);
  if (reviewed !== undefined && review!.fingerprint !== reviewed) {
    write(`${forReader(fit(renderStack(review!), Infinity), reader)}\n`);
    return { why: `${name}: this plan is not the one that was reviewed; something moved since. Nothing was applied.`, code: EXIT.notReviewed };
  }
  if (result.outcome === "unchanged") return undefined;
  const tooLong = deadline === undefined ? undefined : outlives(name, plan, (deadline - Date.now()) / 1000);
  if (tooLong !== undefined) return { why: tooLong, code: EXIT.error };

  write(`\n${forReader(fit(renderStack(review!), Infinity), reader)}\n\n`);
  if (!(await confirm(`Apply this to ${name}?`))) return { why: `${name} was not applied.`, code: EXIT.error };
  const applied = say(name, "applying");
  write("\n");
  const ended = await applyStack(run, name, outdir, saved, (text) => write(`${name} ${text}\n`)).catch((error: unknown) => {
    applied(error instanceof Interrupted ? `${name} interrupted` : "FAILED");
    if (!(error instanceof TerraformInterrupted)) throw error;
    const inPart = error.ended.code === 0 ? "in full" : "in part";
    throw new Interrupted(`Interrupted: ${name} was applied ${inPart}. ${stateAfter(name, error.ended)}`, error.reason);
  });
  applied(ended.code === 0 ? `${name} applied` : `${name} FAILED`);
  if (ended.code === 0) return undefined;
  const problem = stateProblem(name, ended) ?? "";
  return { why: `${name} was applied in part: read the error above, then deploy again. ${problem}`.trimEnd(), code: EXIT.error };
}
