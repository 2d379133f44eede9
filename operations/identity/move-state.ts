import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import { initAnew, pullState, pushState, type Workspace } from "../terraform/operate";
import { stackFolder } from "../terraform/stacks";
import { installationIn, isEmpty, movedTo, parseState, tombstone, type StateFile } from "./state-file";
import type { StateSource } from "./state-source";
import { statePlace } from "./state-place";
import { wantedInstallation } from "./wanted";

/** Terraform lets a file of such a name replace the backend of the stack beside it. */
const OVERRIDE = "moving_override.tf.json";

/**
 * Moves the state of a stack to where its configuration says, and leaves a note in the old place that nothing can be
 * changed from. It may be called again after it was interrupted anywhere: the old place is given up only when the new
 * one was read back.
 * @returns what was done, for people.
 * @throws UserError if the states are of different installations, or both places went on by themselves.
 */
export async function moveState(workspace: Workspace, stack: SynthesizedStack, source: StateSource): Promise<string> {
  const to = statePlace(stack);
  if (!source.mayHold(stack.name)) return stayed(await at(workspace, stack), to, source);
  const old = await at(workspace, stack, source);
  const now = await at(workspace, stack);
  if (old === undefined || isEmpty(old)) return stayed(now, to, source);
  const went = movedTo(old);
  if (went !== undefined) {
    if (now !== undefined && movedTo(now) === undefined) return `is in ${to} already`;
    throw new UserError(`${stack.name}: the state in ${source.place} was moved to ${went} before; move it from there`);
  }
  requireOwn(stack, old, source);
  if (needsCopy(stack.name, old, now, source, to)) {
    await pushState(workspace, stack.name, old, { overNewer: now !== undefined && movedTo(now) !== undefined });
    if (!sameContent(await at(workspace, stack), old)) throw new UserError(`${stack.name}: what was written to ${to} reads otherwise; ${source.place} was left as it is`);
  }
  await useSource(workspace, stack.name, source, () => pushState(workspace, stack.name, tombstone(old, to)));
  await initAnew(workspace, stack.name);
  return `moved to ${to}`;
}

const stayed = (now: StateFile | undefined, to: string, { place }: StateSource): string =>
  now === undefined || isEmpty(now) ? `has no state, neither in ${place} nor in ${to}` : `is in ${to} already`;

function requireOwn(stack: SynthesizedStack, old: StateFile, { place }: StateSource): void {
  const wanted = wantedInstallation(stack);
  const { name, region } = installationIn(old);
  if (name === undefined || (name === wanted.name && (region ?? wanted.region) === wanted.region)) return;
  throw new UserError(
    `${stack.name}: the state in ${place} is that of ${name}${region === undefined ? "" : ` in ${region}`}, ` +
      `and the configuration is of ${wanted.name} in ${wanted.region}. Nothing was moved.`,
  );
}

/** Whether the new place lacks what the old one has. */
function needsCopy(stack: string, old: StateFile, now: StateFile | undefined, source: StateSource, to: string): boolean {
  if (now === undefined || isEmpty(now) || movedTo(now) !== undefined) return true;
  if (sameContent(now, old)) return false;
  throw new UserError(
    `${stack}: there is another state in ${to} than in ${source.place}, and nobody can tell which one is right. Nothing was moved. ` +
      "npm run plan shows no change on the right one; put the other away by hand.",
  );
}

/** Terraform gives a state that comes to an empty bucket a lineage and a serial of its own, so only what it holds tells. */
const sameContent = (a: StateFile | undefined, b: StateFile): boolean => a !== undefined && isDeepStrictEqual([a.outputs, a.resources], [b.outputs, b.resources]);

/** The state of a stack where its configuration says, or where it was before. */
async function at(workspace: Workspace, stack: SynthesizedStack, source?: StateSource): Promise<StateFile | undefined> {
  const pull = async () => parseState(await pullState(workspace, stack.name));
  if (source !== undefined) return useSource(workspace, stack.name, source, pull);
  rmSync(join(stackFolder(workspace.outdir, stack.name), OVERRIDE), { force: true });
  await initAnew(workspace, stack.name);
  return pull();
}

/** Does something while a stack's folder is set to the old place. */
async function useSource<T>(workspace: Workspace, stack: string, source: StateSource, act: () => Promise<T>): Promise<T> {
  const override = join(stackFolder(workspace.outdir, stack), OVERRIDE);
  writeFileSync(override, JSON.stringify({ terraform: source.backend(stack) }));
  try {
    await initAnew(workspace, stack);
    return await act();
  } finally {
    rmSync(override, { force: true });
  }
}
