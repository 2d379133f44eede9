import { readFileSync } from "node:fs";
import { UserError } from "../../modules/user-error";
import { ask } from "../ask";
import { deployStacks, type DeployOptions } from "./deploy-stacks";
import { admission } from "../identity/admission";
import { readerOf } from "../review/terminal";
import { privateFolder } from "../terraform/folder-lock";
import { LOCKS } from "../terraform/locks";
import { forgetPlans } from "../terraform/plans-file";
import { selectStacks } from "../terraform/stacks";
import { synthesizeConfigured, useSynthesized } from "../terraform/synth";
import { runTerraform } from "../terraform/terraform";

/** Options of `npm run deploy`. */
interface Options {
  readonly synth: boolean;
  readonly yes: boolean;
  readonly reviewed?: string;
  readonly within?: number;
  readonly verbose: boolean;
  readonly newInstallation?: string;
}

/** Deploys stacks as `npm run deploy` does: asks whoever is there. @returns the exit code. */
export async function deploy(names: string[], options: Options): Promise<number> {
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
