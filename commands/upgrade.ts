import { dirname } from "node:path";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { ask } from "../operations/ask";
import { loadConfig } from "../modules/load-config";
import { LOCKS } from "../operations/terraform/locks";
import { privateFolder } from "../operations/terraform/folder-lock";
import { selectStacks } from "../operations/terraform/stacks";
import { synthesizeConfigured } from "../operations/terraform/synth";
import { runTerraform } from "../operations/terraform/terraform";
import { readDeployed } from "../operations/upgrade/deployed";
import { initStack, type Workspace } from "../operations/terraform/operate";
import { requireSameInstallation } from "../operations/identity/same-installation";
import { statePlace } from "../operations/identity/wanted";
import type { SynthesizedStack } from "../operations/synthesized";
import { runUpgrade } from "../operations/upgrade/run-upgrade";
import { unfinished } from "../operations/upgrade/unfinished";
import { planUpgrade, removingSets, upgradeText } from "../operations/upgrade/steps";
import { readSnapshot } from "../operations/verify/snapshot";

interface Options {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly despiteJobs: boolean;
  readonly onlyRemoveRunnerSets: boolean;
}
const say = (line: string) => {
  console.log(line);
};

/** `npm run upgrade`: see `--help`. */
async function upgrade(options: Options): Promise<void> {
  const config = loadConfig();
  const outdir = await synthesizeConfigured("npm run upgrade");
  const workspace = { run: runTerraform, outdir, locks: LOCKS };
  const stacks = selectStacks(outdir, []);
  await requireStanding(workspace, stacks);
  const plan = planUpgrade(await readDeployed(workspace), config);
  say(upgradeText(plan));
  if (plan.refusals.length > 0) {
    process.exitCode = 1;
    return;
  }
  const plans = privateFolder(outdir);
  const actions = options.onlyRemoveRunnerSets ? removingSets(plan.actions) : plan.actions;
  if (options.onlyRemoveRunnerSets) say(actions.length > 0 ? "Of these, only what removes the runner sets." : "No runner set has to go.");
  if (plan.actions.length === 0) {
    const more = await unfinished(workspace, stacks, plans);
    if (more !== undefined) say(more);
  }
  if (actions.length === 0 || options.dryRun) return;
  if (!options.yes) await agree();
  await runUpgrade(actions, {
    workspace,
    stacks,
    plans,
    confirm: options.yes ? () => Promise.resolve(true) : async (question) => (await ask(`${question} Only "yes" counts: `)) === "yes",
    pods: async () => (await readSnapshot()).pods ?? [],
    despiteJobs: options.despiteJobs,
    say,
    write: (text) => process.stdout.write(text),
  });
  say(options.onlyRemoveRunnerSets ? "Done. Deploy addons, then dagger: it makes the sets again." : "Done. npm run verify looks whether all of it works.");
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

async function agree(): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError("nobody is here to be asked: pass --yes to go on, or --dry-run to only look");
  const answer = await ask('Do this? Only "yes" counts: ');
  if (answer !== "yes") throw new UserError("Nothing was done.");
}

void runCommand(
  command(
    "upgrade",
    "Says what the configuration's versions mean for what is deployed (from, to, what restarts), and brings it there in an\n" +
      "order that kills no job: new fleets beside old ones, ARC's runner sets off and on again, Kubernetes one minor at a time.",
  )
    .option("--dry-run", "only say what it would do", false)
    .option("--only-remove-runner-sets", "for another ARC minor: take the sets away when no job runs, and leave the rest to a deploy", false)
    .option("--yes", "do not ask", false)
    .option("--despite-jobs", "go on where running jobs will be lost", false)
    .addHelpText("after", "\nIt shows the review of each plan, asks, and applies exactly that plan. It reads the stacks' states, and the cluster's pods before a step that needs idle runners. Exit code 1 if it stopped."),
  upgrade,
);
