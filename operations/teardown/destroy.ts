import { dirname } from "node:path";
import type { Config } from "../../modules/config/schema";
import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { ask } from "../ask";
import { statePlace } from "../identity/state-place";
import { LOCKS } from "../terraform/locks";
import type { Workspace } from "../terraform/operate";
import { selectStacks } from "../terraform/stacks";
import { synthesizeConfigured } from "../terraform/synth";
import { runTerraform } from "../terraform/terraform";
import { destroyStacks, standingStacks, type Standing } from "./destroy-stacks";

export interface DestroyOptions {
  /** Do not ask; delete what is left over, and clear finalizers. */
  readonly yes: boolean;
  readonly sweepOnly: boolean;
  readonly clearFinalizers: boolean;
}
type Say = (line: string) => void;

/**
 * Takes the installation of the configuration down, then looks for what its controllers left.
 * @throws UserError if it cannot, or must not: the error says what of it was done.
 */
export async function destroy(options: DestroyOptions, say: Say): Promise<void> {
  const config = loadConfig();
  // The clients of Kubernetes and AWS take half a second to load: only what uses them waits.
  if (options.clearFinalizers) {
    const { offerFinalizers } = await import("./finalizers");
    await offerFinalizers(options.yes, say);
    return;
  }
  const outdir = await synthesizeConfigured("npm run destroy");
  const workspace = { run: runTerraform, outdir, locks: LOCKS };
  const synthesized = selectStacks(outdir, []);
  const states = dirname(statePlace(synthesized[0]!));
  const standing = await standingStacks(workspace, synthesized);
  if (options.sweepOnly) {
    // With the stacks up, what the controllers made is no leftover but the living nodes.
    const living = standing.filter(({ name }) => name === "dagger" || name === "cluster").map(({ name }) => name);
    if (living.length > 0) throw new UserError(`${living.join(" and ")} still stand: what carries the tags is in use. Nothing was deleted.`);
  } else await stacks(config, workspace, standing, states, options.yes, say);
  const { sweep } = await import("./sweep");
  await sweep(config, states, options.yes, say);
}

async function stacks(config: Config, workspace: Workspace, standing: readonly Standing[], states: string, yes: boolean, say: Say): Promise<void> {
  if (standing.length === 0) {
    say(`No stack stands: there is no state of one in ${states}.`);
    return;
  }
  say("This takes down, one after another:");
  for (const { name, resources } of standing) say(`    ${name}: ${resources} resources`);
  const { cluster } = config;
  if (cluster.mode === "new" && cluster.deletionProtection && standing.some(({ name }) => name === "cluster")) {
    throw new UserError(
      "The cluster is protected: set cluster.deletionProtection: false, run npm run deploy -- cluster, then this again. Nothing was taken down.",
    );
  }
  const { accountOfCredentials, requireAccount } = await import("../identity/caller");
  requireAccount(standing, await accountOfCredentials(config));
  if (!yes) await agree(config.name);
  await destroyStacks(workspace, standing, say);
}

async function agree(name: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError("nobody is here to be asked: pass --yes to take it down without asking");
  const answer = await ask(`To go on, type the installation's name, ${name}: `);
  if (answer !== name) throw new UserError("That is another name. Nothing was taken down.");
}
