import { command, runCommand } from "../operations/command";
import { destroy, type DestroyOptions } from "../operations/teardown/destroy";

/** `npm run destroy`: see `--help`. */
void runCommand(
  command(
    "destroy",
    "Takes all stacks down in reverse order, waiting for jobs and nodes, then lists what the cluster's controllers left in\n" +
      "AWS outside Terraform (instances, launch templates, interfaces, volumes, found by the cluster's tags).",
  )
    .option("--yes", "do not ask, and delete what is left over", false)
    .option("--sweep-only", "leave the stacks, only look for what is left over", false)
    .option("--clear-finalizers", "show objects of ARC that cannot go, and why; with --yes let them go", false)
    .addHelpText("after", "\nWithout --yes it says what it will do, asks, and deletes no leftover. Exit code 1 if something could not be done."),
  (options: DestroyOptions) => destroy(options, console.log),
);
