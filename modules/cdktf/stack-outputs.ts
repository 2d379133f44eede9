import { DataTerraformRemoteStateLocal, DataTerraformRemoteStateS3, TerraformOutput, Token, type TerraformStack } from "cdktf";
import type { Config } from "../config/schema";
import { OUTPUTS, type OutputsOf, type StackId } from "../contract/outputs";
import { stateLocation } from "./state";

/** Writes all outputs of a stack. */
export function handOn<S extends StackId>(stack: TerraformStack, values: OutputsOf<S>): void {
  for (const [name, value] of Object.entries(values)) addOutput(stack, name, value);
}

/**
 * An output under its own name. Its value goes in as a token, which cdktf resolves as it does all others: what is none it
 * walks through by itself first, with a function of Node's that every later version warns of (DEP0044).
 */
export const addOutput = (stack: TerraformStack, name: string, value: unknown): TerraformOutput =>
  new TerraformOutput(stack, name, { value: Token.asAny(value), staticId: true });

/** Reads the outputs of another stack from its state. What comes back are Terraform references. */
export function outputsOf<S extends "network" | "cluster" | "addons">(
  stack: TerraformStack,
  id: S,
  config: Config,
): OutputsOf<S> {
  const state = stateLocation(config, id);
  const remote =
    state.type === "s3"
      ? new DataTerraformRemoteStateS3(stack, id, state.remote)
      : new DataTerraformRemoteStateLocal(stack, id, { path: state.path });
  const read = { text: remote.getString.bind(remote), list: remote.getList.bind(remote) };
  return Object.fromEntries(
    Object.entries<"text" | "list">(OUTPUTS[id]).map(([name, shape]) => [name, read[shape](name)]),
  ) as OutputsOf<S>;
}
