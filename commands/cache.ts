import { Option } from "commander";
import { cache, type CacheOptions } from "../operations/cache/cache";
import { command, runCommand } from "../operations/command";

/** `npm run cache`: see `--help`. */
void runCommand(
  command("cache", "Shows the seeds that new nodes begin with, and what became of them on each node; publishes one now; drops them.")
    .addOption(new Option("--publish <fleet>", "publish the cache of a node of this fleet now: its engine is stopped for it").conflicts("drop"))
    .option("--drop <fleet>", "drop all seeds of this fleet: its new nodes begin with an empty cache")
    .option("--version <version>", "with --drop: the seeds of this Dagger version, instead of the one that is deployed")
    .option("--yes", "do not ask", false)
    .option("--json", "print what there is as JSON", false)
    .addHelpText(
      "after",
      "\nIt works on the cluster of the current kubeconfig context, where it asks restic in a pod that restores or publishes, or in a\n" +
        "pod of its own that it takes away again. Without --publish and --drop it changes nothing else. Exit code 1 if something could not be read or done.",
    ),
  (options: CacheOptions) => cache(options, console.log),
);
