import { Argument } from "commander";
import { command, runCommand } from "../operations/command";
import { moveStates, showStates, type MoveOptions } from "../operations/identity/states";

/** `npm run state -- [show|move]`: see `--help`. */
void runCommand(
  command(
    "state",
    "Shows where the states of the configuration are and what they hold, or moves them there: change state in the\n" +
      "configuration first, then move. The old place keeps a note of where they went, and nothing can be changed from it.",
  )
    .addArgument(new Argument("[verb]", "what to do").choices(["show", "move"]).default("show"))
    .option("--from <place>", "where they are now: s3://bucket/prefix, a folder, or a configuration file with state as it was, such as one from git show; default: the local folder that has some")
    .option("--from-region <region>", "region of that bucket; default: that of state, or of the installation")
    .addHelpText(
      "after",
      "\nCall it again after an interrupt: what was moved stays moved. Exit code 1 if something could not be moved." +
        "\nEnvironment: TERRAFORM_BINARY_NAME (such as tofu), DAGGER_CI_CONFIG, CDKTF_OUTDIR.",
    ),
  async (verb: "show" | "move", options: MoveOptions) => {
    if (verb === "show") console.log(await showStates());
    else await moveStates(options, console.log);
  },
);
