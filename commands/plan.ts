import { command, runCommand } from "../operations/command";
import { newInstallationOption } from "../operations/identity/option";
import { plan } from "../operations/deploy/plan";

/** `npm run plan -- [stack…]`: see `--help`. */
void runCommand(
  command(
    "plan",
    "Plans stacks with Terraform, one after another in the order in which they build on each other, and keeps the plans.\n" +
      "npm run review then shows them as Markdown. No lock is taken on the state.",
  )
    .argument("[stack...]", "stacks to plan; default: all")
    .option("--no-synth", "plan what was synthesised before, instead of the configuration as it is now")
    .option("--update-locks", "instead of planning, renew locks/<stack>.terraform.lock.hcl from the registry", false)
    .option("--untrusted", "refuse stacks with anything in them that the project itself does not write", false)
    .option(
      "--base <folder>",
      "synthesised stacks that these change, such as the main branch's: refuse those of another installation, and, with\n" +
        "--untrusted, providers and lookups that are not theirs (default there: the stacks of the configuration at hand)",
    )
    .addOption(newInstallationOption())
    .option("--verbose", "show what Terraform says", false)
    .addHelpText(
      "after",
      "\nExit code: 0 no changes, 2 changes or a stack that waits for another, 1 error." +
        "\nEnvironment: TERRAFORM_BINARY_NAME (such as tofu), DAGGER_CI_CONFIG, CDKTF_OUTDIR." +
        "\nThe plans hold secrets in clear; they stay in cdktf.out.",
    ),
  plan,
);
