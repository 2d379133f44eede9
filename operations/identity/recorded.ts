import { INSTALLATION, MOVED_TO, type Installation } from "../../modules/contract/installation";
import { stateAddresses, stateOutputs, type Workspace } from "../terraform/operate";

/** What the state of a stack says of itself. */
export type Recorded =
  /** It was never applied, or was taken down. */
  | { readonly state: "empty" }
  /** The state was moved away; what is left here only says so. */
  | { readonly state: "moved"; readonly to: string }
  /** Something stands. Of whom, only a state tells that was applied since stacks hand that on. */
  | { readonly state: "stands"; readonly installation?: Installation; readonly outputs: Readonly<Record<string, unknown>> };

/** Reads it from the state of a stack that is initialised. */
export async function recorded(workspace: Workspace, stack: string): Promise<Recorded> {
  const outputs = await stateOutputs(workspace, stack);
  const moved = outputs[MOVED_TO];
  if (typeof moved === "string") return { state: "moved", to: moved };
  const installation = outputs[INSTALLATION] as Installation | undefined;
  if (installation !== undefined) return { state: "stands", installation, outputs };
  // A first apply that was interrupted may have left resources and no outputs.
  if (Object.keys(outputs).length > 0 || (await stateAddresses(workspace, stack)).length > 0) return { state: "stands", outputs };
  return { state: "empty" };
}
