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
import { runUpgrade } from "../operations/upgrade/run-upgrade";
import { unfinished } from "../operations/upgrade/unfinished";
import { planUpgrade, upgradeText } from "../operations/upgrade/steps";
import { readSnapshot } from "../operations/verify/snapshot";

interface Options {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly despiteJobs: boolean;
}
const say = (line: string) => {
  console.log(line);
};

/** `npm run upgrade`: see `--help`. */
async function upgrade(options: Options): Promise<void> {
  const config = loadConfig();
  const outdir = await synthesizeConfigured("npm run upgrade");
  const workspace = { run: runTerraform, outdir, locks: LOCKS };
  const plan = planUpgrade(await readDeployed(workspace), config);
  say(upgradeText(plan));
  if (plan.refusals.length > 0) {
    process.exitCode = 1;
    return;
  }
  const stacks = selectStacks(outdir, []);
  const plans = privateFolder(outdir);
  if (plan.actions.length === 0) {
    const more = await unfinished(workspace, stacks, plans);
    if (more !== undefined) say(more);
    return;
  }
  if (options.dryRun) return;
  if (!options.yes) await agree();
  await runUpgrade(plan.actions, {
    workspace,
    stacks,
    plans,
    confirm: options.yes ? () => Promise.resolve(true) : async (question) => (await ask(`${question} Only "yes" counts: `)) === "yes",
    pods: async () => (await readSnapshot()).pods ?? [],
    despiteJobs: options.despiteJobs,
    say,
    write: (text) => process.stdout.write(text),
  });
  say("Done. npm run verify looks whether all of it works.");
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
    .option("--yes", "do not ask", false)
    .option("--despite-jobs", "go on where running jobs will be lost", false)
    .addHelpText("after", "\nIt shows the review of each plan, asks, and applies exactly that plan. It reads the stacks' states, and the cluster's pods before a step that needs idle runners. Exit code 1 if it stopped."),
  upgrade,
);
