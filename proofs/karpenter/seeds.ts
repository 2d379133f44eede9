// Fleets whose nodes begin with a seed: who comes onto a new node in which order, what its pods may change of a node, and
// in which order a node that leaves is emptied.
import { admitting, podToken } from "./admit";
import { allRun, destroy, endJobs, install, launch, nodesOf, placement, typeOf } from "./fleets";
import { instances, kubectl, look, remove } from "../cluster/rig";
import { isTrue, type Account, type KubeObject } from "../cluster/objects";
import type { Render, RenderedFleet, Settings } from "./objects";
import { SEED_TAINTS } from "../../modules/contract/seed";
import { check, seconds, sleep, step, tally, until } from "../report/steps";
import { first, watch, type Change } from "./watch";

const BURST = 60;
/** How long a restore takes here: longer than Karpenter collects pods before it buys. */
const RESTORE = 20;
/** Seconds that pods take to end. */
const ENDS = { runner: 5, engine: 20, seed: 10 };
const IDLE = 60;
const [restoring, engineFirst] = [SEED_TAINTS.restoring.key, SEED_TAINTS.engineFirst.key];

const settings = (all: Settings): void => {
  for (const fleet of all.fleets.slice(0, 2)) {
    fleet.nodes = { ...fleet.nodes, idleAfter: `${IDLE}s`, workingHours: { schedule: "0 0 * * *", duration: "24h" } };
    fleet.runners = [{ cpu: 2, memory: "8Gi", max: BURST, runnerGroup: "default-branch" }];
  }
};
const takesToEnd = (object: KubeObject, time: number): void => {
  const { template } = object.spec as unknown as { template: { metadata: { annotations?: object } } };
  template.metadata.annotations = { ...template.metadata.annotations, "proof/takes-to-end": `${time}s` };
};
const isSeed = ({ metadata }: KubeObject) => metadata.labels?.["app.kubernetes.io/name"] === "cache-seed";
const kindOf = (pod: KubeObject): keyof typeof ENDS => (isSeed(pod) ? "seed" : pod.metadata.labels?.proof === "engine" ? "engine" : "runner");
const has = ({ spec }: KubeObject, key: string) => spec?.taints?.some((taint) => taint.key === key) ?? false;

/** Fails unless each node of the fleet let in cache-seed, the engine and the runners one after the other. Returns what took how long. */
function order(changes: readonly Change[], nodes: readonly KubeObject[]): string[] {
  return nodes.map((node) => {
    const { name } = node.metadata;
    const bound = (kind: keyof typeof ENDS) =>
      changes.filter(({ object }) => object.kind === "Pod" && object.spec?.nodeName === name && kindOf(object) === kind).sort((a, b) => a.version - b.version)[0];
    const ofNode = changes.filter(({ object }) => object.kind === "Node" && object.metadata.uid === node.metadata.uid);
    const joined = ofNode[0]!;
    const without = (key: string) => first(changes, node, ({ object }) => !has(object, key));
    for (const key of ["karpenter.sh/unregistered", restoring, engineFirst]) {
      const gone = without(key);
      check(gone, `${name} still has ${key}`);
      check(!ofNode.some(({ version, object }) => version > gone.version && has(object, key)), `${name} got ${key} again`);
    }
    const steps: [string, Change | undefined][] = [
      ["joined", joined],
      ["cache-seed placed", bound("seed")],
      [`${restoring} gone`, without(restoring)],
      ["engine placed", bound("engine")],
      [`${engineFirst} gone`, without(engineFirst)],
      ["first runner placed", bound("runner")],
    ];
    for (const [i, [what, change]] of steps.entries()) {
      check(change, `${name}: never ${what}`);
      const [before, earlier] = steps[i - 1] ?? steps[0]!;
      check(i === 0 || change.version > earlier!.version, `${name}: ${what} before ${before}`);
    }
    return `${typeOf(node)}: ${steps.slice(1).map(([what, change]) => `${what} ${((change!.at - joined.at) / 1000).toFixed(1)} s`).join(", ")}`;
  });
}

const cpu = (text = "0") => (text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text));
/** What Kubernetes keeps free for a pod: its containers together, or the largest that runs before them. */
const requestedCpu = ({ spec }: KubeObject) => {
  const each = (containers: NonNullable<typeof spec>["containers"]) => (containers ?? []).map(({ resources }) => cpu(resources?.requests?.cpu));
  return Math.max(each(spec?.containers).reduce((total, one) => total + one, 0), ...each(spec?.initContainers));
};

/** Fails unless runners, engine, cache-seed and the instance went one after the other. Returns what happened when, from the first. */
function drained(changes: readonly Change[], pods: readonly KubeObject[], gone: { readonly instance: number }): string {
  const times = (kind: keyof typeof ENDS) => {
    const own = pods.filter((pod) => kindOf(pod) === kind);
    const ends = own.map((pod) => first(changes, pod, ({ gone }) => gone));
    const told = own.map((pod) => first(changes, pod, ({ object }) => Boolean(object.metadata.deletionTimestamp)));
    check(ends.every(Boolean) && told.every(Boolean), `a ${kind} is still there`);
    return { told: Math.min(...told.map((change) => change!.at)), gone: Math.max(...ends.map((change) => change!.at)) };
  };
  const [runner, engine, seed] = [pods.some((pod) => kindOf(pod) === "runner") ? times("runner") : undefined, times("engine"), times("seed")];
  const start = (runner ?? engine).told;
  const at = (time: number) => `${((time - start) / 1000).toFixed(1)} s`;
  if (runner) check(engine.told >= runner.gone, `the engine was told to stop at ${at(engine.told)}, its runners went at ${at(runner.gone)}`);
  check(seed.told >= engine.gone, `cache-seed was told to stop at ${at(seed.told)}, the engine went at ${at(engine.gone)}`);
  check(gone.instance >= seed.gone, `the instance went at ${at(gone.instance)}, cache-seed at ${at(seed.gone)}`);
  const lines = Object.entries({ runner, engine, "cache-seed": seed }).flatMap(([name, time]) => (time ? [`${name} told to stop ${at(time.told)}, gone ${at(time.gone)}`] : []));
  return [...lines, `instance gone ${at(gone.instance)}`].join("; ");
}

/** When the account has fewer than `before` instances. */
async function instanceGone(account: Account, before: number): Promise<{ instance: number }> {
  await until("an instance is gone", 300, async () => (await instances(account)) < before);
  return { instance: performance.now() };
}

export async function seeds(render: Render, account: Account): Promise<void> {
  const { priorityClass, fleets } = render("examples/configurations/seeds.yaml", settings);
  const [trusted, pulls] = [fleets[0]!, fleets[1]!];
  for (const fleet of fleets) {
    takesToEnd(fleet.daemonSet, ENDS.engine);
    takesToEnd(fleet.seeds.find(({ kind }) => kind === "DaemonSet")!, ENDS.seed);
    for (const { pod } of fleet.sizes) (pod.metadata as { annotations?: object }).annotations = { ...pod.metadata.annotations, "proof/takes-to-end": `${ENDS.runner}s` };
  }
  const { changes, stop } = await watch();
  const current = (kind: string) => {
    const last = new Map<string, Change>();
    for (const change of changes) if (change.object.kind === kind) last.set(change.object.metadata.uid!, change);
    return [...last.values()].filter(({ gone }) => !gone).map(({ object }) => object);
  };
  const kubelet = admitting(() => current("Pod"), RESTORE * 1000);

  await step("7 seeds: the API server takes every object strictly", async (note) => {
    await install(fleets, priorityClass);
    note(tally(fleets.flatMap(({ seeds }) => seeds.map(({ kind }) => kind))));
  });
  await step(`7 a burst of ${BURST} runners: cache-seed, engine and runners come one after the other`, async (note) => {
    const start = performance.now();
    await launch(trusted.sizes[0]!, BURST);
    const world = await allRun(150, trusted);
    note(`all run after ${seconds(start)} s, ${RESTORE} s of them the restore; ${world.lost} made again because an engine pushed them out`);
    check(world.lost === 0, "an engine pushed runners out");
    check(kubelet.said.length === 0, `admit said ${kubelet.said.join("\n")}`);
    const nodes = nodesOf(world, trusted);
    note(...placement(world, trusted), ...order(changes, nodes));
    const bought = changes.filter(({ object }) => object.kind === "NodeClaim");
    const claims = new Set(bought.map(({ object }) => object.metadata.uid));
    check(claims.size === nodes.length, `${claims.size} nodes were bought, ${nodes.length} are there`);
    const since = Math.max(...[...claims].map((uid) => bought.find(({ object }) => object.metadata.uid === uid)!.at));
    const opened = Math.min(...nodes.map((node) => first(changes, node, ({ object }) => !has(object, engineFirst))!.at));
    note(`${claims.size} nodes bought, the last ${((opened - since) / 1000).toFixed(1)} s before any runner was let in`);
    check(opened - since > (RESTORE - 5) * 1000, "a node was bought while runners waited for another");
  });
  await step("7 every node becomes Initialized", async () => {
    await until("all are Initialized", 60, async () =>
      (await look()).claims.every((claim) => isTrue(claim, "Initialized")),
    );
  });
  await step("7 with the token of cache-seed's pod nothing else can be changed", async (note) => {
    note(...(await refused(trusted, current("Pod"))));
  });
  await step("7 a node has room for its runners, the engine and cache-seed", async (note) => {
    await launch(pulls.sizes[0]!, 1);
    const world = await allRun(120, pulls);
    const [node] = nodesOf(world, pulls);
    const own = world.pods.filter(({ spec }) => spec?.nodeName === node?.metadata.name);
    const sum = own.reduce((total, pod) => total + requestedCpu(pod), 0);
    const claim = world.claims.find(({ metadata }) => metadata.labels?.["actions-runner"] === pulls.name)!;
    const { requests } = claim.spec!.resources as { requests: Record<string, string> };
    note(`pods ask for ${sum} CPU: ${own.map((pod) => `${kindOf(pod)} ${requestedCpu(pod)}`).join(", ")}; the NodeClaim for ${JSON.stringify(requests)}`);
    check(Math.abs(cpu(requests.cpu) - sum) < 0.001, `the NodeClaim asks for ${requests.cpu} CPU`);
  });
  await step("7 a NodeClaim is deleted: jobs end, then the engine goes, then cache-seed, then the instance", async (note) => {
    const world = await look();
    const [node] = nodesOf(world, pulls);
    const pods = world.pods.filter(({ spec }) => spec?.nodeName === node?.metadata.name);
    const before = await instances(account);
    await remove(world.claims.find(({ metadata }) => metadata.labels?.["actions-runner"] === pulls.name)!);
    await sleep(15_000);
    const left = (await look()).pods.filter(({ metadata }) => pods.some((pod) => pod.metadata.uid === metadata.uid));
    note(`15 s later ${left.filter(({ metadata }) => !metadata.deletionTimestamp).map(kindOf).sort().join(", ")} untouched`);
    check(left.length === pods.length && left.every(({ metadata }) => !metadata.deletionTimestamp), "a pod went under a running job");
    await endJobs(pulls);
    note(drained(changes, pods, await instanceGone(account, before)));
  });
  await step(`7 nodes without jobs are empty in spite of cache-seed and go after ${IDLE} s, in the same order`, async (note) => {
    const world = await look();
    const nodes = nodesOf(world, trusted);
    const start = performance.now();
    await endJobs(trusted);
    await until("the nodes are gone", 300, async () => nodesOf(await look(), trusted).length === 0);
    note(`${nodes.length} gone after ${seconds(start)} s`);
    for (const node of nodes) {
      const claim = world.claims.find(({ status }) => (status as { nodeName?: string }).nodeName === node.metadata.name)!;
      // A NodeClaim goes after its node.
      const end = await until(`${claim.metadata.name} is gone`, 60, () => first(changes, claim, ({ gone }) => gone));
      const idle = world.pods.filter((pod) => pod.spec?.nodeName === node.metadata.name && kindOf(pod) !== "runner");
      note(drained(changes, idle, { instance: end.at }));
    }
  });
  await step("  both fleets go in Terraform's order", async (note) => {
    const made = current("Pod").filter(isSeed).length;
    note(`${made} pods of cache-seed are left`);
    check(made === 0, "a pod of cache-seed came back");
    for (const fleet of fleets) await remove(...fleet.seeds);
    for (const fleet of fleets) note(`${fleet.name} gone after ${await destroy(fleet, account)} s`);
  });
  await kubelet.stop();
  stop();
}

/** Fails unless the server refuses all that jobs could try with the token; returns what it said. */
async function refused(fleet: RenderedFleet, pods: readonly KubeObject[]): Promise<string[]> {
  const [pod, other] = ofFleetSeeds(fleet, pods);
  check(pod && other, "there are no two nodes");
  const token = await podToken(pod);
  const unbound = (await kubectl(["create", "token", "cache-seed", "-n", fleet.namespace])).trim();
  const [own, foreign] = [pod.spec!.nodeName!, other.spec!.nodeName!];
  await kubectl(["taint", "node", foreign, `${restoring}:NoSchedule`]);
  const attempts: [string, string, string[]][] = [
    ["take a taint of seeds from another node", token, ["taint", "node", foreign, `${restoring}-`]],
    ["label another node", token, ["label", "node", foreign, "a=b"]],
    ["label its own node", token, ["label", "node", own, "a=b"]],
    ["annotate its own node", token, ["annotate", "node", own, "a=b"]],
    ["take the fleet's taint from its own node", token, ["taint", "node", own, "actions-runner-"]],
    ["put a taint of seeds on its own node", token, ["taint", "node", own, `${restoring}:NoSchedule`]],
    ["cordon its own node", token, ["patch", "node", own, "-p", '{"spec":{"unschedulable":true}}']],
    ["delete its own node", token, ["delete", "node", own, "--wait=false"]],
    ["change its own node's status", token, ["patch", "node", own, "--subresource=status", "-p", '{"status":{"capacity":{"cpu":"1"}}}']],
    ["list secrets", token, ["get", "secrets", "-n", fleet.namespace]],
    ["with a token of no pod, label a node", unbound, ["label", "node", own, "a=b"]],
  ];
  const lines: string[] = [];
  for (const [what, bearer, args] of attempts) {
    const answer = await kubectl([`--token=${bearer}`, ...args]).then(
      (printed) => `DONE: ${printed}`,
      (error: unknown) => (error as Error).message,
    );
    check(/Only the |orbidden/.test(answer), `${what}: ${answer}`);
    lines.push(`${what}: ${/Only the .*/.exec(answer)?.[0] ?? "forbidden"}`);
  }
  await kubectl(["taint", "node", foreign, `${restoring}-`]);
  return lines;
}

const ofFleetSeeds = ({ namespace }: RenderedFleet, pods: readonly KubeObject[]) => pods.filter((pod) => isSeed(pod) && pod.metadata.namespace === namespace && pod.spec?.nodeName);
