import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../modules/config/schema";
import { STACKS } from "../../modules/contract/outputs";
import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import { stackFolder } from "../terraform/stacks";
import { localPath } from "./state-place";

/** Folder of local states where `state.directory` does not name another. */
const DEFAULT_DIRECTORY = ".terraform-state";

/** Local states beside those of a stack: what a checkout knows without asking AWS. */
export interface LocalStates {
  /** Installations that have states in folders of their own. */
  readonly others: readonly string[];
  /** Whether there are states as they lay before each installation had a folder. */
  readonly shared: boolean;
}

/** Looks beside a stack's local state; nothing is there for a stack whose state is elsewhere. */
export function localStates(stack: SynthesizedStack, outdir: string): LocalStates {
  const path = localPath(stack.template);
  if (path === undefined) return { others: [], shared: false };
  const own = dirname(resolve(stackFolder(outdir, stack.name), path));
  const shared = dirname(own);
  if (!existsSync(shared)) return { others: [], shared: false };
  const others = readdirSync(shared, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && join(shared, entry.name) !== own && holdsStates(join(shared, entry.name)))
    .map(({ name }) => name);
  return { others, shared: holdsStates(shared) };
}

/** Whether a folder has a state of one of the stacks that holds something. */
export const holdsStates = (folder: string): boolean => STACKS.some((stack) => holds(join(folder, `${stack}.tfstate`)));

function holds(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const { resources = [] } = JSON.parse(readFileSync(file, "utf8")) as { resources?: { mode: string; type: string }[] };
    return resources.some(({ mode, type }) => mode === "managed" && type !== "terraform_data");
  } catch {
    // Whatever it is, it is not nothing.
    return true;
  }
}

/** Where a configuration's local states may lie from before it said otherwise: in its own folder, or in the shared one. */
export function formerFolder({ name, state }: Pick<Config, "name" | "state">): string {
  const directory = state.type === "local" ? state.directory : DEFAULT_DIRECTORY;
  const folders = [...(state.type === "local" ? [] : [join(directory, name)]), directory];
  const present = folders.filter((folder) => STACKS.some((stack) => existsSync(join(folder, `${stack}.tfstate`))));
  const [found] = [...present.filter(holdsStates), ...present];
  if (found === undefined) throw new UserError(`there are no states in ${folders.join(" or ")}: say with --from where they are`);
  return found;
}
