import type { SynthesizedStack } from "../synthesized";
import { initStack, stateAddresses, type Workspace } from "../terraform/operate";
import { recorded, type Recorded } from "./recorded";
import { otherInstallation } from "./same-installation";
import { table } from "../table";
import { statePlace } from "./state-place";

/** A line for each stack: where its state is, what it holds, and of which installation. */
export async function describeStates(workspace: Workspace, stacks: readonly SynthesizedStack[]): Promise<string> {
  const lines: string[][] = [];
  for (const stack of stacks) {
    await initStack(workspace, stack.name);
    const state = await recorded(workspace, stack.name);
    const addresses = state.state === "stands" ? await stateAddresses(workspace, stack.name) : [];
    lines.push([stack.name, statePlace(stack), otherInstallation(stack, state) ?? stateText(state, addresses)]);
  }
  return table(lines);
}

function stateText(state: Recorded, addresses: readonly string[]): string {
  if (state.state !== "stands") return "empty";
  const { name, region, account } = state.installation ?? {};
  const of = name === undefined ? "an installation that it does not name; the next deploy writes it down" : `${name} in ${region}, account ${account}`;
  return `${addresses.filter((address) => !address.startsWith("data.")).length} resources of ${of}`;
}
