import { InvalidArgumentError } from "commander";
import { duration, seconds } from "../modules/config/fields/quantities";
import { command, runCommand } from "../operations/command";
import { newInstallationOption } from "../operations/identity/option";
import { deploy } from "../operations/deploy/deploy";

function durationOf(text: string): number {
  if (!duration().safeParse(text).success) throw new InvalidArgumentError("A duration such as 95m or 1h30m.");
  return seconds(text);
}

/** `npm run deploy -- [stack…]`: see `--help`. */
void runCommand(
  command(
    "deploy",
    "Plans and applies stacks with Terraform, one after another in the order in which they build on each other. Shows the\n" +
      "review of each plan, asks, then applies exactly that plan. Stops at the first stack that fails, waits or is refused.",
  )
    .argument("[stack...]", "stacks to deploy; default: all")
    .option("--no-synth", "deploy what was synthesised before, instead of the configuration as it is now")
    .option("--yes", "apply without asking", false)
    .option("--reviewed <file>", "apply only a plan with the fingerprint in this file (npm run review -- --split writes it)")
    .addOption(newInstallationOption())
    .option("--within <duration>", "apply no plan whose removals may take longer, such as 95m in a job that is cut off then", durationOf)
    .option("--verbose", "show what Terraform says while it plans", false)
    .addHelpText(
      "after",
      "\nExit code: 0 applied or nothing to do, 1 error, a stack that waits for another, or the answer was no," +
        "\n3 the plan is not the reviewed one." +
        "\nEnvironment: TERRAFORM_BINARY_NAME (such as tofu), DAGGER_CI_CONFIG, CDKTF_OUTDIR.",
    ),
  deploy,
);
