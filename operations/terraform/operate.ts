import { UserError } from "../../modules/user-error";
import { useLock } from "./locks";
import { lockArguments } from "./plan-stack";
import { stackFolder } from "./stacks";
import type { RunTerraform } from "./terraform";

/** Where stacks are, and how to run Terraform on them. */
export interface Workspace {
  readonly run: RunTerraform;
  readonly outdir: string;
  readonly locks: string;
}

/** Terraform ended with an error; the message holds what it said. */
export class TerraformFailed extends UserError {}

async function terraform({ run, outdir }: Workspace, stack: string, args: readonly string[], echo = false): Promise<string> {
  const { code, stdout, output } = await run(stackFolder(outdir, stack), args, { echo });
  if (code !== 0) throw new TerraformFailed(`terraform ${args[0]} of ${stack} failed:\n${output.trim()}`);
  return stdout;
}

export const initStack = (workspace: Workspace, stack: string): Promise<string> =>
  terraform(workspace, stack, [
    "init",
    "-input=false",
    "-no-color",
    ...useLock(workspace.locks, stack, stackFolder(workspace.outdir, stack)),
  ]);

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
  const outputs = JSON.parse(json) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** Applies or destroys a stack, or parts of it by their addresses. What it does is shown as it goes. */
export const changeStack = (
  workspace: Workspace,
  stack: string,
  verb: "apply" | "destroy",
  targets: readonly string[] = [],
): Promise<string> =>
  terraform(
    workspace,
    stack,
    [verb, "-input=false", "-no-color", "-auto-approve", lockArguments(true), ...targets.map((target) => `-target=${target}`)],
    true,
  );
