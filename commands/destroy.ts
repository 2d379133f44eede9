import { dirname } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { statePlace } from "../operations/identity/wanted";
import { ask } from "../operations/ask";
import { loadConfig } from "../modules/load-config";
import type { Config } from "../modules/config/schema";
import { destroyStacks, standingStacks, type Standing } from "../operations/teardown/destroy-stacks";
import { clearFinalizers, EXPLANATION, findStuck } from "../operations/teardown/finalizers";
import { instancesInUse } from "../operations/teardown/in-use";
import { deleteLeftovers, findLeftovers } from "../operations/teardown/leftovers";
import { LOCKS } from "../operations/terraform/locks";
import type { Workspace } from "../operations/terraform/operate";
import { selectStacks } from "../operations/terraform/stacks";
import { synthesizeConfigured } from "../operations/terraform/synth";
import { runTerraform } from "../operations/terraform/terraform";
import { defaultKubeConfig } from "../operations/verify/snapshot";

interface Options {
  readonly yes: boolean;
  readonly sweepOnly: boolean;
  readonly clearFinalizers: boolean;
}
const say = (line: string) => {
  console.log(line);
};

/** `npm run destroy`: see `--help`. */
async function destroy(options: Options): Promise<void> {
  const config = loadConfig();
  if (options.clearFinalizers) {
    await finalizers(options.yes);
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
  } else await stacks(config, workspace, standing, states, options.yes);
  await sweep(config, states, options.yes);
}

async function stacks(config: Config, workspace: Workspace, standing: readonly Standing[], states: string, yes: boolean): Promise<void> {
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
  if (!yes) await agree(config.name);
  await destroyStacks(workspace, standing, say);
}

async function sweep(config: Config, states: string, yes: boolean): Promise<void> {
  const sharedCluster = config.cluster.mode === "existing";
  const clusterName = config.cluster.mode === "existing" ? config.cluster.name : config.name;
  const settings = { region: config.region, ...(config.profile === undefined ? {} : { profile: config.profile }) };
  const ec2 = new EC2Client(settings);
  const search = { clusterName, fleets: config.fleets.map(({ name }) => name), sharedCluster };
  const used = await instancesInUse(new EKSClient(settings), { ...search, states, kubeConfig: defaultKubeConfig });
  const leftovers = await findLeftovers(ec2, { ...search, used });
  if (leftovers.length === 0) {
    say(`Nothing in ${config.region} is left with the tags of cluster ${clusterName}.`);
    return;
  }
  say(`Left with the tags of cluster ${clusterName}, made by its controllers:`);
  for (const { kind, id, what } of leftovers) say(`    ${kind} ${id}  ${what}`);
  if (yes) await deleteLeftovers(ec2, leftovers, say);
  else say("Nothing of it was deleted. npm run destroy -- --sweep-only --yes deletes it.");
}

async function finalizers(yes: boolean): Promise<void> {
  const kubeConfig = defaultKubeConfig();
  const stuck = await findStuck(kubeConfig);
  if (stuck.length === 0) {
    say("No object of either ARC is stuck on its finalizers.");
    return;
  }
  say(EXPLANATION);
  for (const { kind, namespace, name, finalizers: waits } of stuck) say(`    ${kind} ${namespace}/${name}  ${waits.join(", ")}`);
  if (yes) await clearFinalizers(kubeConfig, stuck, say);
  else say("Nothing was changed. npm run destroy -- --clear-finalizers --yes clears them, in this order.");
}

async function agree(name: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError("nobody is here to be asked: pass --yes to take it down without asking");
  const answer = await ask(`To go on, type the installation's name, ${name}: `);
  if (answer !== name) throw new UserError("That is another name. Nothing was taken down.");
}

void runCommand(
  command(
    "destroy",
    "Takes all stacks down in reverse order, waiting for jobs and nodes, then lists what the cluster's controllers left in\n" +
      "AWS outside Terraform (instances, launch templates, interfaces, volumes, found by the cluster's tags).",
  )
    .option("--yes", "do not ask, and delete what is left over", false)
    .option("--sweep-only", "leave the stacks, only look for what is left over", false)
    .option("--clear-finalizers", "show objects of ARC that cannot go, and why; with --yes let them go", false)
    .addHelpText("after", "\nWithout --yes it says what it will do, asks, and deletes no leftover. Exit code 1 if something could not be done."),
  destroy,
);
