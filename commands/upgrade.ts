import { command, runCommand } from "../operations/command";
import { upgrade, type UpgradeOptions } from "../operations/upgrade/upgrade";

/** `npm run upgrade`: see `--help`. */
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
  (options: UpgradeOptions) => upgrade(options, console.log),
);
