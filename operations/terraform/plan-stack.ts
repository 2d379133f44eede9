import { rmSync, writeFileSync } from "node:fs";
import type { SynthesizedStack } from "../synthesized";
import { errorsIn, errorText, waitsFor, type Wait } from "./diagnostics";
import { useLock } from "./locks";
import { planFile, planJsonFile, stackFolder } from "./stacks";
import type { RunTerraform } from "./terraform";

/** What came of planning a stack. */
export type StackPlan =
  | { readonly stack: string; readonly outcome: "unchanged" | "changes" }
  | { readonly stack: string; readonly outcome: "waits"; readonly waits: readonly Wait[] }
  | { readonly stack: string; readonly outcome: "failed"; readonly message: string };

export interface PlanOptions {
  readonly outdir: string;
  readonly locks: string;
  /** Whether to hold the state's lock meanwhile: a deploy does, a review has no right to write there. */
  readonly lockState: boolean;
  readonly echo?: boolean;
}

/** How long to wait for somebody else's lock on the state. */
const LOCK_TIMEOUT = "-lock-timeout=10m";
export const lockArguments = (lockState: boolean): string => (lockState ? LOCK_TIMEOUT : "-lock=false");

/** Plans one stack and keeps the plan beside it: as Terraform's own file and as JSON. */
export async function planStack(run: RunTerraform, stack: SynthesizedStack, options: PlanOptions): Promise<StackPlan> {
  const { name, dependencies } = stack;
  const { outdir, locks, lockState, echo = false } = options;
  const directory = stackFolder(outdir, name);
  for (const file of [planFile(outdir, name), planJsonFile(outdir, name)]) rmSync(file, { force: true });
  const failed = (message: string): StackPlan => ({ stack: name, outcome: "failed", message: message.trim() });

  const init = await run(directory, ["init", "-input=false", "-no-color", ...useLock(locks, name, directory)], { echo });
  if (init.code !== 0) return failed(init.output);

  const plan = await run(
    directory,
    [
      "plan",
      "-input=false",
      "-json",
      "-detailed-exitcode",
      lockArguments(lockState),
      "-out=tfplan",
    ],
    { echo },
  );
  if (plan.code !== 0 && plan.code !== 2) {
    const errors = errorsIn(plan.output);
    const waits = waitsFor(errors, dependencies);
    if (waits.length > 0) return { stack: name, outcome: "waits", waits };
    return failed(errors.length > 0 ? errorText(errors) : plan.output);
  }

  const show = await run(directory, ["show", "-json", "-no-color", "tfplan"]);
  if (show.code !== 0) return failed(`Terraform planned it, but cannot show the plan as JSON:\n${crashText(show.output)}`);
  writeFileSync(planJsonFile(outdir, name), show.stdout, { mode: 0o600 });
  return { stack: name, outcome: plan.code === 0 ? "unchanged" : "changes" };
}

/** Of a crash the line with its cause; of an error all of it. */
const crashText = (output: string): string => /^panic: .*$/m.exec(output)?.[0] ?? output;

/** Applies the saved plan of a stack, exactly that. */
export const applyStack = (run: RunTerraform, stack: string, outdir: string) =>
  run(stackFolder(outdir, stack), ["apply", "-input=false", "-no-color", LOCK_TIMEOUT, "tfplan"], { echo: true });
