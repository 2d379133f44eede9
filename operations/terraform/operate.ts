import { UserError } from "../../modules/user-error";
import { initialize } from "./initialize";
import { lockArguments } from "./plan-stack";
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

export const initStack = async ({ run, ...folders }: Workspace, stack: string): Promise<string> =>
  outputOf(`init of ${stack}`, await initialize(run, folders, stack));

/** Addresses in the state of a stack; none if it was never applied. */
export async function stateAddresses({ run, outdir }: Workspace, stack: string): Promise<string[]> {
  const { code, stdout, output } = await run(stackFolder(outdir, stack), ["state", "list"]);
  if (code === 0) return stdout.split("\n").filter((line) => line !== "");
  if (output.includes('No state file was found')) return [];
  throw new TerraformFailed(`the state of ${stack} cannot be read:\n${output.trim()}`);
}

/** Outputs of a stack as they are in its state. */
export async function stateOutputs({ run, outdir }: Workspace, stack: string): Promise<Record<string, unknown>> {
  const json = outputOf(`output of ${stack}`, await run(stackFolder(outdir, stack), ["output", "-json"]));
  const outputs = JSON.parse(json) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** Destroys a stack, or parts of it by their addresses. What it does is shown as it goes. */
export async function destroyStack({ run, outdir }: Workspace, stack: string, targets: readonly string[] = []): Promise<void> {
  const args = ["destroy", "-input=false", "-no-color", "-auto-approve", lockArguments(true), ...targets.map((target) => `-target=${target}`)];
  try {
    outputOf(`destroy of ${stack}`, await run(stackFolder(outdir, stack), args, { echo: true }));
  } catch (error) {
    if (!(error instanceof TerraformInterrupted)) throw error;
    const { ended, reason } = error;
    const done = ended.code === 0 ? "all that was to go is gone" : "it was taken down in part";
    throw new TerraformInterrupted(`Interrupted at ${stack}: ${done}. ${stateAfter(stack, ended)}`, reason, ended);
  }
}
