// The configuration that a newcomer starts from: what the API server makes of its objects, where its pods land, a
// burst, and the bound on its cost.
import { allRun, destroy, drift, install, launch, nodesOf, placement } from "./fleets";
import { replaceLost, running, storedAsSent, typeOf, vcpus } from "./fleets";
import { create, kubectl, look, stored, supportNode } from "../cluster/rig";
import { compare } from "../cluster/compare";
import type { Account, KubeObject } from "../cluster/objects";
import type { Render, Settings } from "./objects";
import { check, seconds, step, tally, until } from "../report/steps";

const BURST = 60;
const LOW_LIMIT = 64;
/** The rig's account makes Karpenter see drift in every node; working hours that never end keep it from replacing them. */
export const ALWAYS = { schedule: "0 0 * * *", duration: "24h" };
const withNodes = (nodes: object) => (settings: Settings) => {
  settings.fleets[0]!.nodes = nodes;
};

export async function oneFleet(render: Render, account: Account): Promise<void> {
  const { priorityClass, fleets } = render("examples/configurations/default.yaml", withNodes({ workingHours: ALWAYS }));
  const fleet = fleets[0]!;
  const small = fleet.sizes.find(({ name }) => name.endsWith("-2c-8g"))!;
  const terraformOwned = [priorityClass, fleet.nodeClass, fleet.nodePool];

  await step("1 the API server takes every object strictly; EC2NodeClass main becomes Ready", async (note) => {
    await create(supportNode);
    note(`Ready after ${await install(fleets, priorityClass)} s`);
  });
  await step("1 objects of Terraform are stored as sent, and a second apply changes nothing", async (note) => {
    note(`added by the server: ${await storedAsSent(terraformOwned)}`);
  });
  await step("1 engine and runner pods lose no field", async (note) => {
    const tried = async ({ name, pod }: (typeof fleet.sizes)[number]): Promise<[KubeObject, KubeObject]> => {
      const sent = { ...pod, metadata: { ...pod.metadata, name } };
      return [sent, JSON.parse(await kubectl(["create", "--dry-run=server", "--validate=strict", "-o", "json"], sent)) as KubeObject];
    };
    const engine: [KubeObject, KubeObject] = [fleet.daemonSet, await stored(fleet.daemonSet)];
    for (const [sent, kept] of [engine, ...(await Promise.all(fleet.sizes.map(tried)))]) {
      const { changed, added } = compare(sent, kept);
      check(changed.length === 0, `${sent.kind} ${sent.metadata.name} changed\n${changed.join("\n")}`);
      note(`${sent.kind} ${sent.metadata.name}: every field kept, ${added.length} filled in by Kubernetes`);
    }
  });
  await step("2 runners of every size run, each node with one engine, on NVMe nodes of an allowed size", async (note) => {
    for (const size of fleet.sizes) await launch(size, 3);
    note(...placement(await allRun(120, fleet), fleet));
  });
  await step("2 the support node takes an ordinary pod, but no runner and no engine", async () => {
    const spec = { containers: [{ name: "any", image: "any" }] };
    await create({ apiVersion: "v1", kind: "Pod", metadata: { name: "ordinary", namespace: fleet.namespace }, spec });
    const pods = await until("the ordinary pod runs", 90, async () => {
      const { pods } = await look();
      return pods.some(({ metadata, status }) => metadata.name === "ordinary" && status?.phase === "Running") && pods;
    });
    const there = pods.filter(({ spec }) => spec?.nodeName === "support").map(({ metadata }) => metadata.name);
    check(there.join() === "ordinary", `on the support node: ${there.join(", ")}`);
  });
  await step(`6 a burst of ${BURST} runners of 2c-8g`, async (note) => {
    const before = nodesOf(await look(), fleet).length;
    const start = performance.now();
    await launch(small, BURST);
    const created = seconds(start);
    const world = await allRun(180, fleet);
    note(`all run ${seconds(start)} s after the first was sent (${created} s to create them); ${before} node(s) before`);
    note(`${world.lost} of them made again because an engine pushed them out`);
    const nodes = nodesOf(world, fleet);
    note(`${nodes.length} nodes, ${vcpus(nodes)} of ${fleet.nodes.vcpuLimit} vCPU: ${tally(nodes.map(typeOf))}`);
    note(...placement(world, fleet), drift(world));
  });
  await step("1 with nodes, a second apply still changes nothing", async () => {
    await storedAsSent(terraformOwned);
  });
  await step("  the fleet goes in Terraform's order and leaves no instance", async (note) => {
    note(`all gone after ${await destroy(fleet, account)} s`);
  });
}

export async function lowLimit(render: Render, account: Account): Promise<void> {
  const { priorityClass, fleets } = render("examples/configurations/default.yaml", withNodes({ workingHours: ALWAYS, vcpuLimit: LOW_LIMIT }));
  const fleet = fleets[0]!;
  await step(`6 with vcpuLimit ${LOW_LIMIT}, ${BURST} runners get at most ${LOW_LIMIT} vCPU and the rest waits`, async (note) => {
    await install(fleets, priorityClass);
    await launch(fleet.sizes[0]!, BURST);
    await until("the first runners run", 120, async () => running((await look()).runners).length > 0);
    // Longer than two of Karpenter's batches: it would have bought more by then.
    const quiet = performance.now() + 25_000;
    const world = await until("nothing more happens", 60, async () => {
      const now = await look();
      return (await replaceLost(now)) === 0 && performance.now() > quiet && now;
    });
    const nodes = nodesOf(world, fleet);
    const [run, wait] = [running(world.runners).length, world.runners.filter(({ spec }) => !spec?.nodeName).length];
    note(`${tally(nodes.map(typeOf))}: ${vcpus(nodes)} vCPU, ${run} runners run, ${wait} are Pending`);
    check(vcpus(nodes) <= LOW_LIMIT, `the fleet has ${vcpus(nodes)} vCPU`);
    check(run > 0 && wait > 0 && run + wait === BURST, "some should run and the others wait");
    note(...placement(world, fleet));
  });
  await step("  the fleet goes", async (note) => {
    note(`all gone after ${await destroy(fleet, account)} s`);
  });
}
