import { dirname } from "node:path";
import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { ask, askForYes } from "../ask";
import { requireSameInstallation } from "../identity/same-installation";
import { statePlace } from "../identity/state-place";
import type { SynthesizedStack } from "../synthesized";
import { privateFolder } from "../terraform/folder-lock";
import { LOCKS } from "../terraform/locks";
import { initStack, type Workspace } from "../terraform/operate";
import { selectStacks } from "../terraform/stacks";
import { synthesizeConfigured } from "../terraform/synth";
import { runTerraform } from "../terraform/terraform";
import { readDeployed } from "./deployed";
import { runUpgrade } from "./run-upgrade";
import { planUpgrade, removingSets, upgradeText } from "./steps";
import { unfinished } from "./unfinished";

export interface UpgradeOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly despiteJobs: boolean;
  readonly onlyRemoveRunnerSets: boolean;
}

/**
 * Brings what is deployed to the configuration's versions.
 * @returns 1 if it refuses to, after saying why; otherwise nothing.
 * @throws UserError if it stopped on the way, with how far it came.
 */
export async function upgrade(options: UpgradeOptions, say: (line: string) => void): Promise<1 | undefined> {
  const config = loadConfig();
  const outdir = await synthesizeConfigured("npm run upgrade");
  const workspace = { run: runTerraform, outdir, locks: LOCKS };
  const stacks = selectStacks(outdir, []);
  await requireStanding(workspace, stacks);
  const plan = planUpgrade(await readDeployed(workspace), config);
  say(upgradeText(plan));
  if (plan.refusals.length > 0) return 1;
  const plans = privateFolder(outdir);
  const actions = options.onlyRemoveRunnerSets ? removingSets(plan.actions) : plan.actions;
  if (options.onlyRemoveRunnerSets) say(actions.length > 0 ? "Of these, only what removes the runner sets." : "No runner set has to go.");
  if (plan.actions.length === 0) {
    const more = await unfinished(workspace, stacks, plans);
    if (more !== undefined) say(more);
  }
  if (actions.length === 0 || options.dryRun) return undefined;
  if (!options.yes) await askForYes("--yes to go on, or --dry-run to only look");
  await runUpgrade(actions, {
    workspace,
    stacks,
    plans,
    confirm: options.yes ? () => Promise.resolve(true) : async (question) => (await ask(`${question} Only "yes" counts: `)) === "yes",
    // The client of Kubernetes takes half a second to load, and most upgrades need none.
    snapshot: async () => (await import("../verify/snapshot")).readSnapshot(),
    despiteJobs: options.despiteJobs,
    say,
    write: (text) => process.stdout.write(text),
  });
  say(options.onlyRemoveRunnerSets ? "Done. Deploy addons, then dagger: it makes the sets again." : "Done. npm run verify looks whether all of it works.");
  return undefined;
}

/** @throws UserError if the states are those of another installation, or if there are none. */
async function requireStanding(workspace: Workspace, stacks: readonly SynthesizedStack[]): Promise<void> {
  let standing = false;
  for (const stack of stacks) {
    await initStack(workspace, stack.name);
    standing = (await requireSameInstallation(workspace, stack)).state === "stands" || standing;
  }
  if (!standing) throw new UserError(`nothing stands that could be upgraded: there is no state in ${dirname(statePlace(stacks[0]!))}. npm run deploy makes a new installation.`);
}
