import { readFileSync } from "node:fs";
import { command, runCommand } from "../operations/command";
import { admission } from "../operations/identity/admission";
import { newInstallationOption } from "../operations/identity/option";
import { Interrupted } from "../operations/interrupt";
import { changesOf, countsOf } from "../operations/review/changes";
import { parsePlan } from "../operations/review/plan-json";
import { settle } from "../operations/review/settle";
import { readSynthesized } from "../operations/synthesized";
import { LOCKS, updateLock } from "../operations/terraform/locks";
import { planStack } from "../operations/terraform/plan-stack";
import { configurationPrint, forgetPlans, writePlans, type PlannedStack } from "../operations/terraform/plans-file";
import { EXIT, exitCode, outcomeText, progress, sameReasons } from "../operations/terraform/progress";
import { planJsonFile, selectStacks, stackFolder } from "../operations/terraform/stacks";
import { synthesizeApart, synthesizeConfigured, useSynthesized } from "../operations/terraform/synth";
import { runTerraform } from "../operations/terraform/terraform";
import { baseStacks, trusted } from "../operations/terraform/trust";

interface Options {
  readonly synth: boolean;
  readonly updateLocks: boolean;
  readonly untrusted: boolean;
  readonly base?: string;
  readonly verbose: boolean;
  readonly newInstallation?: string;
}

/** `npm run plan -- [stack…]`: see `--help`. */
async function plan(names: string[], options: Options): Promise<number> {
  const outdir = options.synth ? await synthesizeConfigured("npm run plan") : useSynthesized("npm run plan");
  const configuration = options.synth ? configurationPrint() : undefined;
  const stacks = options.untrusted
    ? trusted(outdir, await baseStacks(options.base, synthesizeApart), names)
    : selectStacks(outdir, names);
  const say = progress(Math.max(...stacks.map(({ name }) => name.length)));
  if (options.updateLocks) {
    for (const { name } of stacks) {
      const done = say(name, "asking the registry for checksums");
      done(`wrote ${await updateLock(runTerraform, LOCKS, name, stackFolder(outdir, name))}`);
    }
    return EXIT.unchanged;
  }

  forgetPlans(outdir);
  const admit = admission({
    workspace: { run: runTerraform, outdir, locks: LOCKS },
    stacks: selectStacks(outdir, []),
    note: (line) => console.error(line),
    base: options.base === undefined ? undefined : readSynthesized(options.base),
    newInstallation: options.newInstallation,
  });
  const plans: PlannedStack[] = [];
  for (const stack of stacks) {
    const done = say(stack.name, "planning");
    const planned = await planStack(runTerraform, stack, {
      outdir,
      locks: LOCKS,
      lockState: false,
      echo: options.verbose,
      admit,
    }).catch((error: unknown) => {
      done(error instanceof Interrupted ? "interrupted" : "FAILED");
      throw error;
    });
    const json = planned.outcome === "changes" ? parsePlan(readFileSync(planJsonFile(stackFolder(outdir, stack.name)), "utf8")) : undefined;
    const result = json ? settle(planned, json) : planned;
    plans.push({ ...result, dependencies: stack.dependencies });
    const earlier = sameReasons(plans).get(stack.name);
    done(`${outcomeText(result, json ? countsOf(changesOf(json)) : undefined)}${earlier === undefined ? "" : `, for the reason of ${earlier}`}`);
    if (result.outcome === "failed" && earlier === undefined) console.error(`\n${result.message}\n`);
  }
  writePlans(outdir, plans, configuration);
  return exitCode(plans);
}

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
