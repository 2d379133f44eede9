import { dirname } from "node:path";
import type { Config } from "../../modules/config/schema";
import { loadConfig } from "../../modules/load-config";
import { describeStates } from "./describe-states";
import { formerFolder } from "./local-states";
import { moveState } from "./move-state";
import { stateSource } from "./state-source";
import { statePlace } from "./state-place";
import type { SynthesizedStack } from "../synthesized";
import { LOCKS } from "../terraform/locks";
import type { Workspace } from "../terraform/operate";
import { selectStacks } from "../terraform/stacks";
import { synthesizeConfigured } from "../terraform/synth";
import { runTerraform } from "../terraform/terraform";

export interface MoveOptions {
  /** Where the states are now: `s3://bucket/prefix`, a folder, or a configuration; default: the local folder that has some. */
  readonly from?: string;
  /** Region of that bucket; default: that of `state`, or of the installation. */
  readonly fromRegion?: string;
}

interface Here {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly stacks: readonly SynthesizedStack[];
}
async function here(): Promise<Here> {
  const config = loadConfig();
  const outdir = await synthesizeConfigured("npm run state");
  return { config, workspace: { run: runTerraform, outdir, locks: LOCKS }, stacks: selectStacks(outdir, []) };
}

/** Where the states of the configuration are, and what they hold. */
export async function showStates(): Promise<string> {
  const { workspace, stacks } = await here();
  return describeStates(workspace, stacks);
}

/**
 * Moves the states to where the configuration has them, and says each. What was moved stays moved.
 * @throws UserError at the first that cannot be moved.
 */
export async function moveStates({ from, fromRegion }: MoveOptions, say: (line: string) => void): Promise<void> {
  const { config, workspace, stacks } = await here();
  const source = await stateSource(from ?? formerFolder(config), {
    region: fromRegion ?? (config.state.type === "s3" ? config.state.region : undefined) ?? config.region,
    config,
    outdir: workspace.outdir,
  });
  say(`From ${source.place} to ${dirname(statePlace(stacks[0]!))}:`);
  for (const stack of stacks) say(`    ${stack.name}: ${await moveState(workspace, stack, source)}`);
}
