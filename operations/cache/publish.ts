import { seconds } from "../../modules/config/fields/quantities";
import { SEED_CONTAINERS, type SeededFleet } from "../../modules/contract/seed";
import { engineGraceSeconds } from "../../modules/dagger/engine-drain";
import { UserError } from "../../modules/user-error";
import { interruptible } from "../interrupt";
import { asked, type Cluster } from "./cluster";
import { execIn } from "./exec";
import { isHeld, isRunning, readDeployed, type NodeOfFleet } from "./seed-pods";
import { byHand, keptFree } from "./taint";
import { plain } from "../plain";
import { waitUntilNothing, type Say, type Wait } from "./waiting";

/** Beyond an engine's own time to stop. */
const SPARE_SECONDS = 60;

/** A node whose engine and publishing pod run. */
type Ready = NodeOfFleet & Required<Pick<NodeOfFleet, "seed" | "engine">>;

export interface Publishing {
  readonly cluster: Cluster;
  readonly fleet: SeededFleet;
  readonly say: Say;
  /** Asks the person at the terminal, and throws if they do not want it. */
  readonly agree: () => Promise<void>;
}

/**
 * Publishes the cache of one node of a fleet now: holds the node free, lets its engine end, publishes, and lets the engine
 * come back. @throws UserError if nothing was published, with the reason.
 */
export async function publishNow({ cluster, fleet, say, agree }: Publishing): Promise<void> {
  const node = pick(fleet, (await readDeployed(cluster, fleet)).nodes);
  const { drainTimeout } = fleet.engine;
  say(`This publishes the cache of node ${node.name}, fleet ${fleet.name}:`);
  say(`    no new runner goes there, and no engine comes back there, until it is published`);
  if (node.beside.length > 0) say(`    it waits for ${runners(node.beside.length)} beside its engine, at most ${drainTimeout}; no node has fewer`);
  say(`    the engine is stopped when it has no client, and comes back with its cache`);
  await agree();
  const left = `Not all is undone. No engine comes to ${node.name} until this is done: ${byHand(node.name)}`;
  await interruptible(async (stopped) => {
    const line = await keptFree(cluster, node.name, say, async () => {
      await engineGone(cluster, fleet, node, { stopped, say });
      say(`    publishing`);
      return await publish(cluster, fleet, node, stopped);
    });
    say(line);
  }, left);
}

/** The node with the fewest runners beside its engine, and of those the engine that has run for longest. */
function pick(fleet: SeededFleet, nodes: readonly NodeOfFleet[]): Ready {
  const held = nodes.find(({ node }) => isHeld(node));
  if (held !== undefined) {
    throw new UserError(`node ${held.name} is being published by somebody, or was when that broke off. If nobody is at it: ${byHand(held.name)}`);
  }
  const age = ({ engine }: Ready) => new Date(engine!.metadata?.creationTimestamp ?? 0).getTime();
  const [first] = nodes.filter(isReady).sort((a, b) => a.beside.length - b.beside.length || age(a) - age(b));
  if (first !== undefined) return first;
  const seen = nodes.length === 0 ? "it has no node" : `none of its ${nodes.length} nodes has both, and stays`;
  throw new UserError(`fleet ${fleet.name} has no node whose engine and publishing pod run: ${seen}. A job brings one; npm run cache shows them.`);
}

const isReady = (node: NodeOfFleet): node is Ready =>
  node.seed !== undefined &&
  isRunning(node.seed) &&
  node.engine !== undefined &&
  isRunning(node.engine) &&
  node.node.metadata?.deletionTimestamp === undefined &&
  node.node.spec?.unschedulable !== true &&
  !(node.node.spec?.taints ?? []).some(({ key }) => key === "karpenter.sh/disrupted");

/** Waits for the runners beside the engine, whose jobs would lose it between two steps, and then for its own end. */
async function engineGone(cluster: Cluster, fleet: SeededFleet, { name, engine }: Ready, wait: Omit<Wait, "seconds">): Promise<void> {
  const { namespace } = fleet;
  const pod = engine!.metadata!;
  const look = async () => {
    const now = (await readDeployed(cluster, fleet)).nodes.find((node) => node.name === name);
    if (now === undefined) throw new UserError(`node ${name} left before its cache was published by this command`);
    if (now.seed === undefined || !isRunning(now.seed)) throw new UserError(`the publishing pod of node ${name} went: the node leaves, or the fleet is being changed`);
    return now;
  };
  await waitUntilNothing(
    async () => {
      const { beside } = await look();
      const names = beside.map(({ metadata }) => metadata!.name!).join(", ");
      return beside.length === 0 ? undefined : `waits for ${runners(beside.length)} on ${name}: ${names}`;
    },
    { ...wait, seconds: seconds(fleet.engine.drainTimeout) },
  );
  // This engine, not one that came in its place.
  const body: object = { preconditions: { uid: pod.uid } };
  await asked(cluster, `delete pod ${namespace}/${pod.name}`, cluster.core.deleteNamespacedPod({ namespace, name: pod.name!, body }));
  await waitUntilNothing(
    async () => ((await look()).engine === undefined ? undefined : `waits for the engine ${pod.name} to end, when its clients have`),
    { ...wait, seconds: engineGraceSeconds(fleet) + SPARE_SECONDS },
  );
}

/** Publishes on a node without an engine. @returns the line of who did. @throws UserError with its line if it did not. */
async function publish({ kubeConfig }: Cluster, { namespace }: SeededFleet, { seed }: Ready, stopped: AbortSignal): Promise<string> {
  const where = { namespace, pod: seed!.metadata!.name!, container: SEED_CONTAINERS.publish };
  const { code, stdout, stderr } = await execIn(kubeConfig, where, ["sh", "-c", 'exec sh -c "$PUBLISH" publish now'], stopped);
  const lines = stdout.split("\n").map(plain).filter((line) => line !== "");
  const published = lines.find((line) => line.startsWith("Published "));
  const said = plain(stderr.trim().split("\n").at(-1) ?? "");
  if (published === undefined) throw new UserError(lines.at(-1) ?? `nothing was published: the script ended with ${code}: ${said === "" ? "it said nothing" : said}`);
  return code === 0 ? published : `${published} Older seeds are still there: ${said === "" ? `the script ended with ${code}` : said}`;
}

const runners = (count: number): string => (count === 1 ? "1 runner" : `${count} runners`);
