import { dirname } from "node:path";
import { Argument } from "commander";
import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { describeStates } from "../operations/identity/describe-states";
import { formerFolder } from "../operations/identity/local-states";
import { moveState } from "../operations/identity/move-state";
import { stateSource } from "../operations/identity/state-source";
import { statePlace } from "../operations/identity/wanted";
import { LOCKS } from "../operations/terraform/locks";
import { selectStacks } from "../operations/terraform/stacks";
import { synthesizeConfigured } from "../operations/terraform/synth";
import { runTerraform } from "../operations/terraform/terraform";

interface Options {
  readonly from?: string;
  readonly fromRegion?: string;
}

/** `npm run state -- [show|move]`: see `--help`. */
async function state(verb: "show" | "move", options: Options): Promise<void> {
  const config = loadConfig();
  const outdir = await synthesizeConfigured("npm run state");
  const workspace = { run: runTerraform, outdir, locks: LOCKS };
  const stacks = selectStacks(outdir, []);
  if (verb === "show") {
    console.log(await describeStates(workspace, stacks));
    return;
  }
  const source = stateSource(options.from ?? formerFolder(config), {
    region: options.fromRegion ?? (config.state.type === "s3" ? config.state.region : undefined) ?? config.region,
    ...(config.profile === undefined ? {} : { profile: config.profile }),
  });
  console.log(`From ${source.place} to ${dirname(statePlace(stacks[0]!))}:`);
  for (const stack of stacks) console.log(`    ${stack.name}: ${await moveState(workspace, stack, source)}`);
}

void runCommand(
  command(
    "state",
    "Shows where the states of the configuration are and what they hold, or moves them there: change state in the\n" +
      "configuration first, then move. The old place keeps a note of where they went, and nothing can be changed from it.",
  )
    .addArgument(new Argument("[verb]", "what to do").choices(["show", "move"]).default("show"))
    .option("--from <place>", "where they are now: s3://bucket/prefix, or a folder; default: the local folder that has some")
    .option("--from-region <region>", "region of that bucket; default: that of state, or of the installation")
    .addHelpText(
      "after",
      "\nCall it again after an interrupt: what was moved stays moved. Exit code 1 if something could not be moved." +
        "\nEnvironment: TERRAFORM_BINARY_NAME (such as tofu), DAGGER_CI_CONFIG, CDKTF_OUTDIR.",
    ),
  state,
);
