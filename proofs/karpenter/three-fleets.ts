// Three fleets side by side: who lands where, when idle and busy nodes go, and how one fleet is taken away.
import { allRun, destroy, drift, endJobs, install, launch } from "./fleets";
import { nodesOf, ofFleet, placement, running, storedAsSent, typeOf } from "./fleets";
import { instances, look, remove } from "../cluster/rig";
import type { Account, KubeObject } from "../cluster/objects";
import type { Render } from "./objects";
import { check, seconds, sleep, step, tally, until } from "../report/steps";

const IDLE = 60;
const HOLD = 30;
const going = ({ metadata }: KubeObject) => Boolean(metadata.deletionTimestamp);
const names = (nodes: readonly KubeObject[]) => nodes.map(({ metadata }) => metadata.name).sort().join();

export async function threeFleets(render: Render, account: Account): Promise<void> {
  const { priorityClass, fleets } = render("proofs/karpenter/three-fleets.yaml");
  const [blue, green, bigDisk] = [fleets[0]!, fleets[1]!, fleets[2]!];

  await step("3 three fleets: every EC2NodeClass Ready, every object stored as sent", async () => {
    await install(fleets, priorityClass);
    await storedAsSent(fleets.flatMap(({ nodeClass, nodePool }) => [nodeClass, nodePool]));
  });
  await step("3 runners and engines of each fleet are on its own nodes only", async (note) => {
    for (const size of fleets.flatMap(({ sizes }) => sizes)) await launch(size, 4);
    const world = await allRun(120, ...fleets);
    for (const fleet of fleets) note(...placement(world, fleet));
    note(`${world.lost} runners made again because an engine pushed them out`, drift(world));
  });

  await step(`4 an idle node goes after its ${IDLE} s, busy ones stay for twice that time`, async (note) => {
    const before = await look();
    const idle = nodesOf(before, blue);
    const start = performance.now();
    await endJobs(blue);
    const times: { marked?: number; gone?: number } = {};
    await until("idle nodes are gone and twice the idle time is over", 4 * IDLE, async () => {
      const world = await look();
      const left = nodesOf(world, blue);
      if (left.length === 0 || left.some(going)) times.marked ??= seconds(start);
      if (left.length === 0) times.gone ??= seconds(start);
      for (const fleet of [green, bigDisk]) {
        const same = names(nodesOf(world, fleet)) === names(nodesOf(before, fleet));
        check(same && !nodesOf(world, fleet).some(going), `a busy node of ${fleet.name} went after ${seconds(start)} s`);
      }
      return times.gone !== undefined && seconds(start) >= 2 * IDLE;
    });
    const { marked = 0, gone = 0 } = times;
    check(marked >= IDLE, `an idle node went after ${marked} s already`);
    note(`idle ${tally(idle.map(typeOf))}: first marked after ${marked} s, all gone after ${gone} s`);
    const busy = [green, bigDisk].flatMap((fleet) => nodesOf(before, fleet));
    note(`busy for ${seconds(start)} s, none touched: ${tally(busy.map(typeOf))}`);
  });

  await step("5 a fleet's NodePool and EC2NodeClass are deleted: nodes and engines stay while runners run", async (note) => {
    const before = nodesOf(await look(), bigDisk);
    const start = performance.now();
    await remove(bigDisk.nodePool);
    await remove(bigDisk.nodeClass);
    await until("the nodes are told to go", 30, async () => nodesOf(await look(), bigDisk).every(going));
    note(`told to go after ${seconds(start)} s; looked at for ${HOLD} s more`);
    await sleep(HOLD * 1000);
    const world = await look();
    const busy = new Set(ofFleet(world.runners, bigDisk).map(({ spec }) => spec?.nodeName));
    const nodes = nodesOf(world, bigDisk);
    check(busy.size > 0 && nodes.length === before.length, `${nodes.length} of ${before.length} nodes left`);
    check(running(ofFleet(world.runners, bigDisk)).length === 4, "a runner was stopped");
    check(running(ofFleet(world.engines, bigDisk)).length === busy.size, "an engine was stopped under its runners");
    const closed = ({ spec }: KubeObject) => spec?.taints?.some(({ key }) => key === "karpenter.sh/disrupted");
    check(nodes.every((node) => closed(node)), "a node takes new pods");
    check(!world.pools.some(({ metadata }) => metadata.name === bigDisk.name), "the NodePool is still there");
    const left = world.classes.find(({ metadata }) => metadata.name === bigDisk.name);
    check(left?.metadata.deletionTimestamp, `the EC2NodeClass is ${left ? "not told to go" : "gone before its nodes"}`);
    note(`${nodes.length} node(s), 4 runners and ${busy.size} engine(s) run; the NodePool is gone, the EC2NodeClass waits`);
  });
  await step("5 when its runners end, all of it goes, and nothing of the other fleet", async (note) => {
    const start = performance.now();
    const before = await look();
    await endJobs(bigDisk);
    const times: { nodes?: number } = {};
    await until("the EC2NodeClass is gone", 120, async () => {
      const { classes, nodes } = await look();
      if (nodesOf({ nodes }, bigDisk).length === 0) times.nodes ??= seconds(start);
      const left = classes.some(({ metadata }) => metadata.name === bigDisk.name);
      check(left || times.nodes !== undefined, "the EC2NodeClass went before its nodes");
      return !left;
    });
    const world = await look();
    note(`nodes gone after ${times.nodes ?? 0} s, EC2NodeClass after ${seconds(start)} s`);
    check(names(nodesOf(world, green)) === names(nodesOf(before, green)), "nodes of green changed");
    placement(world, green);
    check((await instances(account)) === nodesOf(world, green).length, "the account has other instances than green's");
  });
  await step("  the last fleet goes in Terraform's order and leaves no instance", async (note) => {
    await remove(bigDisk.daemonSet, blue.daemonSet);
    note(`green gone after ${await destroy(green, account)} s`);
    await remove(blue.nodePool);
    await remove(blue.nodeClass);
    check((await instances(account)) === 0, "an instance is left");
  });
}
