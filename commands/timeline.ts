import { Option } from "commander";
import { command, runCommand } from "../operations/command";
import { timeline, type TimelineOptions } from "../operations/timeline/timeline";

/** `npm run timeline`: see `--help`. */
void runCommand(
  command("timeline", "Shows for each job where the time went from its queue to its first step: GitHub, ARC, Karpenter, EC2, node, images, engine.")
    .option("--job <job>", "one job, moment by moment: a run, RUN/JOB with the job's name, or the name of its runner")
    .option("--set <runs-on>", "jobs of one set only, by what their workflows have in runs-on")
    .option("--since <duration>", "jobs that began at most so long ago", "24h")
    .option("--json", "print jobs, segments and percentiles as JSON", false)
    .option("--html <file>", "write a page of its own")
    .addOption(new Option("--watch <file>", "record jobs to this file as they come, until it is interrupted").conflicts(["from", "job", "set", "json", "html"]))
    .option("--from <file>", "show what was recorded, instead of the cluster")
    .addHelpText(
      "after",
      "\nIt reads the cluster of the current kubeconfig context and changes nothing. ARC takes a runner away when its job has ended, so\n" +
        "the cluster tells of jobs that are on their way or run; --watch keeps the others.\n" +
        "Environment: GH_TOKEN or GITHUB_TOKEN, to ask GitHub when a job was queued and its first step began.",
    ),
  (options: TimelineOptions) => timeline(options, console.log),
);
