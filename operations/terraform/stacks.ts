import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../modules/user-error";
import { readSynthesized, type SynthesizedStack } from "../synthesized";

/** Where a synth writes, as for cdktf itself. */
export const outputFolder = (): string => process.env.CDKTF_OUTDIR ?? "cdktf.out";

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
