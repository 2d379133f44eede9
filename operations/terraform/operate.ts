import { rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UserError } from "../../modules/user-error";
import { initialize } from "./initialize";
import { runLocked } from "./state-lock";
import { stackFolder } from "./stacks";
import { stateAfter, TerraformInterrupted, type Ended, type RunTerraform } from "./terraform";

/** Where stacks are, and how to run Terraform on them. */
export interface Workspace {
  readonly run: RunTerraform;
  readonly outdir: string;
  readonly locks: string;
}

/** Terraform ended with an error; the message holds what it said. */
export class TerraformFailed extends UserError {}

function outputOf(what: string, { code, stdout, output }: Ended): string {
  if (code !== 0) throw new TerraformFailed(`terraform ${what} failed:\n${output.trim()}`);
  return stdout;
}

async function terraform({ run, outdir }: Workspace, stack: string, args: readonly string[]): Promise<string> {
  return outputOf(`${args[0]!} of ${stack}`, await run(stackFolder(outdir, stack), args));
}

/** As `terraform`, for commands that hold the lock on the state. */
const locked = async ({ run, outdir }: Workspace, stack: string, args: (lock: string) => readonly string[]): Promise<string> =>
  outputOf(`${args("")[0]!} of ${stack}`, await runLocked(run, stackFolder(outdir, stack), args));

export const initStack = async ({ run, ...folders }: Workspace, stack: string): Promise<string> =>
  outputOf(`init of ${stack}`, await initialize(run, folders, stack));

/**
 * As `initStack`, whatever backend the folder was used with before. `-reconfigure` would not do for HCP Terraform, which
 * also leaves its workspace selected.
 */
export async function initAnew(workspace: Workspace, stack: string): Promise<string> {
  const remembered = resolve(stackFolder(workspace.outdir, stack), process.env.TF_DATA_DIR ?? ".terraform");
  for (const file of ["terraform.tfstate", "environment"]) rmSync(join(remembered, file), { force: true });
  return initStack(workspace, stack);
}

/** Addresses in the state of a stack; none if it was never applied. */
export async function stateAddresses({ run, outdir }: Workspace, stack: string): Promise<string[]> {
  const { code, stdout, output } = await run(stackFolder(outdir, stack), ["state", "list"]);
  if (code === 0) return stdout.split("\n").filter((line) => line !== "");
  if (output.includes('No state file was found')) return [];
  throw new TerraformFailed(`the state of ${stack} cannot be read:\n${output.trim()}`);
}

/** Outputs of a stack as they are in its state. */
export async function stateOutputs(workspace: Workspace, stack: string): Promise<Record<string, unknown>> {
  const json = await terraform(workspace, stack, ["output", "-json"]);
  const outputs = JSON.parse(json === "" ? "{}" : json) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** The state of a stack as Terraform keeps it; empty if there is none. */
export const pullState = (workspace: Workspace, stack: string): Promise<string> => terraform(workspace, stack, ["state", "pull"]);

/**
 * Puts a state in the place of a stack's. Terraform refuses one of another lineage, or an older one, unless it may
 * write `overNewer`.
 */
export async function pushState(workspace: Workspace, stack: string, state: unknown, { overNewer = false } = {}): Promise<void> {
  const file = join(stackFolder(workspace.outdir, stack), "pushed.tfstate");
  try {
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await locked(workspace, stack, (lock) => ["state", "push", lock, ...(overNewer ? ["-force"] : []), basename(file)]);
  } finally {
    rmSync(file, { force: true });
  }
}

/** Destroys a stack, or parts of it by their addresses. What it does is shown as it goes. */
export async function destroyStack({ run, outdir }: Workspace, stack: string, targets: readonly string[] = []): Promise<void> {
  const args = (lock: string) => ["destroy", "-input=false", "-no-color", "-auto-approve", lock, ...targets.map((target) => `-target=${target}`)];
  try {
    outputOf(`destroy of ${stack}`, await runLocked(run, stackFolder(outdir, stack), args, { echo: true }));
  } catch (error) {
    if (!(error instanceof TerraformInterrupted)) throw error;
    const { ended, reason } = error;
    const done = ended.code === 0 ? "all that was to go is gone" : "it was taken down in part";
    throw new TerraformInterrupted(`Interrupted at ${stack}: ${done}. ${stateAfter(stack, ended)}`, reason, ended);
  }
}

/** Takes a resource out of a stack's state and leaves it as it is; does nothing where the state has none such. */
export async function forgetResource(workspace: Workspace, stack: string, address: string): Promise<void> {
  if ((await stateAddresses(workspace, stack)).includes(address)) await locked(workspace, stack, (lock) => ["state", "rm", lock, address]);
}

/** Whether an address of the dagger stack is a scale set's release: of the releases of a fleet, all but its engine. */
export const isRunnerSet = (address: string): boolean => /^helm_release\.(?!.*_engine_)/.test(address);
