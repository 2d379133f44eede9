import { readFileSync } from "node:fs";
import { admission } from "../identity/admission";
import { Interrupted } from "../interrupt";
import { changesOf, countsOf } from "../review/changes";
import { parsePlan } from "../review/plan-json";
import { settle } from "../review/settle";
import { readSynthesized } from "../synthesized";
import { LOCKS, updateLock } from "../terraform/locks";
import { planStack } from "../terraform/plan-stack";
import { configurationPrint, forgetPlans, writePlans, type PlannedStack } from "../terraform/plans-file";
import { EXIT, exitCode, outcomeText, progress, sameReasons } from "../terraform/progress";
import { planJsonFile, selectStacks, stackFolder } from "../terraform/stacks";
import { synthesizeApart, synthesizeConfigured, useSynthesized } from "../terraform/synth";
import { runTerraform } from "../terraform/terraform";
import { baseStacks, trusted } from "../terraform/trust";

/** Options of `npm run plan`. */
export interface PlanOptions {
  readonly synth: boolean;
  readonly updateLocks: boolean;
  readonly untrusted: boolean;
  readonly base?: string;
  readonly verbose: boolean;
  readonly newInstallation?: string;
}

/** Plans stacks, one after another, and keeps the plans for a review. @returns the exit code. */
export async function plan(names: string[], options: PlanOptions): Promise<number> {
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
