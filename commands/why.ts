import { command, runCommand } from "../operations/command";
import { why } from "../operations/why/why";

/** `npm run why`: see `--help`. */
void runCommand(
  command("why", "Says in a sentence why something waits now, and what to do: a runner, a set by what is in runs-on, a job; or all that waits.")
    .argument("[name]", "a runner or its pod, what a workflow has in runs-on, a run, RUN/JOB, or a job's address in GitHub's pages")
    .option("--json", "print the reasons as JSON", false)
    .addHelpText(
      "after",
      "\nIt reads the cluster of the current kubeconfig context and changes nothing. Exit code 0 whether or not something waits, 1 if it\n" +
        "could not be seen. npm run verify holds the cluster against the configuration.\n" +
        "Environment: GH_TOKEN or GITHUB_TOKEN, for a job that no runner has taken yet, by its address.",
    ),
  (name: string | undefined, options: { readonly json: boolean }) => why(name, options, console.log),
);
