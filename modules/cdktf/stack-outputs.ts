import {
  DataTerraformRemoteState,
  DataTerraformRemoteStateAzurerm,
  DataTerraformRemoteStateGcs,
  DataTerraformRemoteStateHttp,
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  TerraformOutput,
  Token,
  type TerraformRemoteState,
  type TerraformStack,
} from "cdktf";
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
  const remote = stateOf(stack, id, config);
  const read = { text: remote.getString.bind(remote), list: remote.getList.bind(remote) };
  return Object.fromEntries(
    Object.entries<"text" | "list">(OUTPUTS[id]).map(([name, shape]) => [name, read[shape](name)]),
  ) as OutputsOf<S>;
}

/** The lookup of another stack's state. */
function stateOf(stack: TerraformStack, id: StackId, config: Config): TerraformRemoteState {
  const state = stateLocation(config, id);
  switch (state.type) {
    case "local":
      return new DataTerraformRemoteStateLocal(stack, id, { path: state.path });
    case "s3":
      return new DataTerraformRemoteStateS3(stack, id, state.remote);
    case "gcs":
      return new DataTerraformRemoteStateGcs(stack, id, state.remote);
    case "azurerm":
      return new DataTerraformRemoteStateAzurerm(stack, id, state.remote);
    case "http":
      return new DataTerraformRemoteStateHttp(stack, id, state.remote);
    case "cloud":
      return new DataTerraformRemoteState(stack, id, { ...state.remote, workspaces: { name: state.workspace } });
  }
}
