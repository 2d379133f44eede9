import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import { errorsIn, errorText, unreadableState, waitsFor, type Wait } from "./diagnostics";
import { initialize } from "./initialize";
import { runLocked, type LockedOptions } from "./state-lock";
import { planFile, planJsonFile, stackFolder } from "./stacks";
import type { Ended, RunTerraform } from "./terraform";

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
  /** Where to keep the plan. Default: the stack's folder. */
  readonly folder?: string;
  /** Only these addresses. */
  readonly targets?: readonly string[];
  readonly echo?: boolean;
  readonly waiting?: NonNullable<LockedOptions["waiting"]>;
  /** Says why this stack, which is initialised, must not be planned; `undefined` if it may. */
  readonly admit?: (stack: SynthesizedStack) => Promise<string | undefined>;
}

/** Plans one stack and keeps the plan: as Terraform's own file and as JSON. */
export async function planStack(run: RunTerraform, stack: SynthesizedStack, options: PlanOptions): Promise<StackPlan> {
  const { name, dependencies } = stack;
  const { outdir, locks, lockState, targets = [], echo = false } = options;
  const directory = stackFolder(outdir, name);
  const { folder = directory } = options;
  const [file, jsonFile] = [planFile(folder), planJsonFile(folder)];
  for (const old of [file, jsonFile]) rmSync(old, { force: true });
  const failed = (message: string): StackPlan => ({ stack: name, outcome: "failed", message: message.trim() });

  const init = await initialize(run, { outdir, locks }, name, { echo });
  if (init.code !== 0) return failed(init.output);
  const refusal = await options.admit?.(stack);
  if (refusal !== undefined) return failed(refusal);

  const inStack = relative(directory, file);
  const args = (lock: string) => ["plan", "-input=false", "-json", "-detailed-exitcode", lock, ...targets.map((target) => `-target=${target}`), `-out=${inStack}`];
  const plan = await (lockState ? runLocked(run, directory, args, options) : run(directory, args("-lock=false"), { echo }));
  if (plan.code !== 0 && plan.code !== 2) {
    const errors = errorsIn(plan.output);
    const waits = waitsFor(errors, dependencies);
    if (waits.length > 0) return { stack: name, outcome: "waits", waits };
    return failed(unreadableState(plan.output) ?? (errors.length > 0 ? errorText(errors) : plan.output));
  }
  if (existsSync(file)) chmodSync(file, 0o600);

  const show = await run(directory, ["show", "-json", "-no-color", inStack]);
  if (show.code !== 0) return failed(`Terraform planned it, but cannot show the plan as JSON:\n${crashText(show.output)}`);
  writeFileSync(jsonFile, show.stdout, { mode: 0o600 });
  return { stack: name, outcome: plan.code === 0 ? "unchanged" : "changes" };
}

/** Of a crash the line with its cause; of an error all of it. */
const crashText = (output: string): string => /^panic: .*$/m.exec(output)?.[0] ?? output;

/** A saved plan as it was when it was shown. */
export interface SavedPlan {
  readonly file: string;
  readonly sha256: string;
}

/** Remembers what the saved plan in a folder holds. */
export const sealPlan = (folder: string): SavedPlan => ({ file: planFile(folder), sha256: sha256(planFile(folder)) });
const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Applies the saved plan of a stack, exactly that. @throws UserError if another has taken its place. */
export async function applyStack(run: RunTerraform, stack: string, outdir: string, plan: SavedPlan, waiting?: PlanOptions["waiting"]): Promise<Ended> {
  if (!existsSync(plan.file) || sha256(plan.file) !== plan.sha256) {
    throw new UserError(`the plan of ${stack} is not the one that was shown any more: something replaced ${plan.file}. It was not applied.`);
  }
  const directory = stackFolder(outdir, stack);
  const args = (lock: string) => ["apply", "-input=false", "-no-color", lock, relative(directory, plan.file)];
  return runLocked(run, directory, args, { echo: true, ...(waiting ? { waiting } : {}) });
}
