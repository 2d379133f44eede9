import { arcMinorChanges, minorOf } from "../../modules/contract/arc-minor";
import type { SynthesizedStack } from "../synthesized";
import { initStack, isRunnerSet, stateAddresses, type Workspace } from "../terraform/operate";
import type { Recorded } from "./recorded";

/**
 * Why the addons stack must not be applied yet: its controller would be of another minor version than runner sets that
 * stand, and would delete them all. Only the dagger stack's state tells whether any do.
 */
export async function arcStep(workspace: Workspace, addons: SynthesizedStack, state: Recorded): Promise<string | undefined> {
  const stands = state.state === "stands" ? state.outputs.arc_version : undefined;
  const wanted = addons.template.output?.arc_version?.value;
  if (typeof stands !== "string" || typeof wanted !== "string" || stands === "" || wanted === "") return undefined;
  if (minorOf(stands) === minorOf(wanted)) return undefined;
  await initStack(workspace, "dagger");
  const sets = (await stateAddresses(workspace, "dagger")).some(isRunnerSet);
  return sets ? arcMinorChanges(stands, wanted) : undefined;
}
