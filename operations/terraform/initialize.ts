import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../modules/user-error";
import { initError } from "./backend-changed";
import { useLock } from "./locks";
import { stackFolder } from "./stacks";
import type { Ended, RunTerraform } from "./terraform";

/** Where Terraform puts a state that it could not write to its backend. */
const UNSAVED_STATE = "errored.tfstate";

/**
 * Prepares the folder of a stack for Terraform's other commands.
 * @throws UserError if an earlier apply could not save its state: anything planned without that would be made twice.
 */
export async function initialize(
  run: RunTerraform,
  { outdir, locks }: { readonly outdir: string; readonly locks: string },
  stack: string,
  { echo = false }: { readonly echo?: boolean } = {},
): Promise<Ended> {
  const directory = stackFolder(outdir, stack);
  if (existsSync(join(directory, UNSAVED_STATE))) {
    throw new UserError(
      `${stack}: Terraform could not save its state the last time, and kept it in ${join(directory, UNSAVED_STATE)}. Push it first:\n\n` +
        `    terraform -chdir=${directory} init && terraform -chdir=${directory} state push ${UNSAVED_STATE} && rm ${join(directory, UNSAVED_STATE)}\n`,
    );
  }
  const ended = await run(directory, ["init", "-input=false", "-no-color", ...useLock(locks, stack, directory)], { echo });
  return { ...ended, output: initError(ended.output) };
}
