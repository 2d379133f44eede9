import { requireSameInstallation } from "../identity/same-installation";
import type { SynthesizedStack } from "../synthesized";
import { Interrupted } from "../interrupt";
import { destroyStack, initStack, stateAddresses, type Workspace } from "../terraform/operate";

/** A stack that is there, with how many resources. */
export interface Standing {
  readonly name: string;
  readonly resources: number;
  /** AWS account that it is in, where the state tells. */
  readonly account?: string;
}

/**
 * What stands of the stacks, in the order in which to take it down: the last first.
 * @throws UserError if a state is that of another installation.
 */
export async function standingStacks(workspace: Workspace, stacks: readonly SynthesizedStack[]): Promise<Standing[]> {
  const standing: Standing[] = [];
  for (const stack of [...stacks].reverse()) {
    const { name } = stack;
    await initStack(workspace, name);
    const state = await requireSameInstallation(workspace, stack);
    const account = state.state === "stands" ? state.installation?.account : undefined;
    const addresses = await stateAddresses(workspace, name);
    const resources = addresses.filter((address) => !address.startsWith("data.")).length;
    if (resources > 0) standing.push({ name, resources, ...(account === undefined ? {} : { account }) });
  }
  return standing;
}

/**
 * Takes stacks down one after another, the last first, and says each. It stops at the first that fails: what that one
 * needs to go must stand. Within `dagger`, Terraform waits for running jobs and for Karpenter's nodes.
 */
export async function destroyStacks(workspace: Workspace, standing: readonly Standing[], say: (line: string) => void): Promise<void> {
  for (const { name, resources } of standing) {
    const start = Date.now();
    say(`${name}: taking down ${resources} resources`);
    await destroyStack(workspace, name).catch((error: unknown) => {
      throw error instanceof Interrupted ? new Interrupted(`${error.message} npm run destroy goes on from there.`, error.reason) : error;
    });
    say(`${name}: gone after ${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
}
