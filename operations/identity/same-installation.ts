import { anotherInstallation, INSTALLATION_PARTS } from "../../modules/contract/installation";
import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import type { Workspace } from "../terraform/operate";
import { recorded, type Recorded } from "./recorded";
import { statePlace } from "./state-place";
import { wantedInstallation } from "./wanted";

/** Why the state of a stack is not that of its configuration; nothing if it is, or cannot be known. */
export function otherInstallation(stack: SynthesizedStack, state: Recorded): string | undefined {
  if (state.state === "moved") {
    return `The state of ${stack.name} was moved from ${statePlace(stack)} to ${state.to}: let state in the configuration say so.`;
  }
  const stands = state.state === "stands" ? state.installation : undefined;
  if (stands === undefined) return undefined;
  const wanted = wantedInstallation(stack);
  const part = INSTALLATION_PARTS.find((each) => wanted[each] !== undefined && wanted[each] !== stands[each]);
  return part === undefined ? undefined : `${statePlace(stack)}: ${anotherInstallation(part, stands[part], wanted[part]!)}`;
}

/**
 * Reads what the state of a stack, which is initialised, says of itself.
 * @throws UserError if it is that of another installation than the configuration's.
 */
export async function requireSameInstallation(workspace: Workspace, stack: SynthesizedStack): Promise<Recorded> {
  const state = await recorded(workspace, stack.name);
  const refusal = otherInstallation(stack, state);
  if (refusal !== undefined) throw new UserError(`${refusal}\nNothing was changed.`);
  return state;
}
