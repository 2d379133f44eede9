import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { duration, seconds } from "../modules/config/fields/quantities";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { ask } from "../operations/ask";
import { deployStacks, type DeployOptions } from "../operations/deploy/deploy-stacks";
import { admission } from "../operations/identity/admission";
import { newInstallationOption } from "../operations/identity/option";
import { readerOf } from "../operations/review/terminal";
import { privateFolder } from "../operations/terraform/folder-lock";
import { LOCKS } from "../operations/terraform/locks";
import { forgetPlans } from "../operations/terraform/plans-file";
import { selectStacks } from "../operations/terraform/stacks";
import { synthesizeConfigured, useSynthesized } from "../operations/terraform/synth";
import { runTerraform } from "../operations/terraform/terraform";

interface Options {
  readonly synth: boolean;
  readonly yes: boolean;
  readonly reviewed?: string;
  readonly within?: number;
  readonly verbose: boolean;
  readonly newInstallation?: string;
}

/** `npm run deploy -- [stack…]`: see `--help`. */
async function deploy(names: string[], options: Options): Promise<number> {
  if (options.reviewed !== undefined && names.length !== 1) throw new UserError("--reviewed is about one stack: name it");
  if (!options.yes && !process.stdin.isTTY) throw new UserError("nobody is here to be asked: pass --yes to apply without asking");
  const reviewed = options.reviewed === undefined ? {} : { reviewed: readFileSync(options.reviewed, "utf8").trim() };
  const outdir = options.synth ? await synthesizeConfigured("npm run deploy") : useSynthesized("npm run deploy");
  const stacks = selectStacks(outdir, names);
  forgetPlans(outdir);
  return deployStacks(runTerraform, stacks, {
    outdir,
    plans: privateFolder(outdir),
    locks: LOCKS,
    confirm: options.yes ? () => Promise.resolve(true) : async (question) => (await ask(`${question} Only "yes" counts: `)) === "yes",
    write: (text) => process.stdout.write(text),
    echo: options.verbose,
    reader: readerOf(process.stdout),
    admit: admission({
      workspace: { run: runTerraform, outdir, locks: LOCKS },
      stacks: selectStacks(outdir, []),
      note: (line) => console.error(line),
      newInstallation: options.newInstallation,
    }),
    ...(options.within === undefined ? {} : { deadline: Date.now() + options.within * 1000 }),
    ...reviewed,
  } satisfies DeployOptions);
}

function durationOf(text: string): number {
  if (!duration().safeParse(text).success) throw new InvalidArgumentError("A duration such as 95m or 1h30m.");
  return seconds(text);
}

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
