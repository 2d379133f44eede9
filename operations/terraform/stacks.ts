import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { CONFIG_FILE, configFile } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { readSynthesized, type SynthesizedStack } from "../synthesized";

/**
 * Where a synth writes: `CDKTF_OUTDIR`, as for cdktf itself, or `cdktf.out`. Another configuration file has a folder of
 * its own, such as `cdktf.out.installations-staging`, so that installations of one checkout keep their plans apart.
 */
export function outputFolder(): string {
  if (process.env.CDKTF_OUTDIR !== undefined) return process.env.CDKTF_OUTDIR;
  const file = relative(".", configFile());
  if (file === CONFIG_FILE) return "cdktf.out";
  return `cdktf.out.${file.replace(/\.ya?ml$/, "").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-/, "")}`;
}

/** The folder of a stack, where Terraform runs. */
export const stackFolder = (outdir: string, stack: string): string => join(outdir, "stacks", stack);

/** What Terraform reads in a stack's folder. */
export const TEMPLATE = "cdk.tf.json";

/**
 * The saved plan of a stack, and the same as JSON, in the stack's folder or another. Both hold secrets in clear and must
 * not leave the machine.
 */
export const planFile = (folder: string): string => join(folder, "tfplan");
export const planJsonFile = (folder: string): string => join(folder, "plan.json");

/** The stacks that a command works on, in the order in which they build on each other; all of them by default. */
export function selectStacks(outdir: string, names: readonly string[]): SynthesizedStack[] {
  const manifest = join(outdir, "manifest.json");
  if (!existsSync(manifest)) throw new UserError(`${manifest} does not exist: leave out --no-synth, or run npm start`);
  const stacks = readSynthesized(outdir);
  const unknown = names.filter((name) => !stacks.some((stack) => stack.name === name));
  if (unknown.length > 0) {
    const known = stacks.map(({ name }) => name).join(", ");
    throw new UserError(`there is no stack ${unknown.join(", ")} in ${dirname(manifest)}; there are: ${known}`);
  }
  return names.length === 0 ? stacks : stacks.filter(({ name }) => names.includes(name));
}
