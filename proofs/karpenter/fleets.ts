// What is done with fleets on the rig, and what must hold of them.
import { APPLY, apply, create, instances, kubectl, look, remove, stored } from "../cluster/rig";
import { compare, withoutServerFields } from "../cluster/compare";
import type { Account, KubeObject, World } from "../cluster/objects";
import type { RenderedFleet, Size } from "./objects";
import { check, seconds, tally, until } from "../report/steps";

const FLEET = "actions-runner";
const NVME = "karpenter.k8s.aws/instance-local-nvme";
export const typeOf = ({ metadata }: KubeObject): string => metadata.labels?.["node.kubernetes.io/instance-type"] ?? "no type";
export const nodesOf = (world: Pick<World, "nodes">, fleet: RenderedFleet): KubeObject[] =>
  world.nodes.filter(({ metadata }) => metadata.labels?.[FLEET] === fleet.name);
export const ofFleet = (pods: readonly KubeObject[], fleet: RenderedFleet): KubeObject[] =>
  pods.filter(({ metadata }) => metadata.labels?.fleet === fleet.name);
export const running = (pods: readonly KubeObject[]): KubeObject[] =>
  pods.filter(({ status, metadata }) => status?.phase === "Running" && !metadata.deletionTimestamp);
const capacityType = ({ metadata }: KubeObject) => metadata.labels?.["karpenter.sh/capacity-type"] ?? "of no capacity type";
const condition = ({ status }: KubeObject, type: string) => status?.conditions?.find((item) => item.type === type);
export const vcpus = (nodes: readonly KubeObject[]): number => nodes.reduce((total, { status }) => total + Number(status?.capacity?.cpu), 0);

/** Makes fleets in the order of the stack. Returns the seconds until their node classes were Ready. */
export async function install(fleets: readonly RenderedFleet[], priorityClass: KubeObject): Promise<number> {
  const namespaces = fleets.map(({ namespace }) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
  await apply(priorityClass, ...namespaces);
  const start = performance.now();
  await apply(...fleets.map(({ nodeClass }) => nodeClass));
  await until("EC2NodeClass is Ready", 60, async () =>
    (await look()).classes.every((item) => condition(item, "Ready")?.status === "True"),
  );
  const ready = seconds(start);
  await apply(...fleets.flatMap(({ nodePool, seeds, daemonSet }) => [nodePool, ...seeds, daemonSet]));
  for (const namespace of namespaces) {
    const account = { kind: "ServiceAccount", metadata: { name: "default", namespace: namespace.metadata.name } };
    await until("service account", 30, () => stored(account).catch(() => false));
  }
  return ready;
}

let made = 0;
/** Runner pods that should be there, by name. */
const wanted = new Map<string, KubeObject>();
/** Creates runner pods of a size. */
export async function launch({ name, pod }: Size, count: number): Promise<void> {
  const pods = Array.from({ length: count }, () => ({ ...pod, metadata: { ...pod.metadata, name: `${name}-${++made}` } }));
  for (const each of pods) wanted.set(each.metadata.name, each);
  await create(...pods);
}

/**
 * Makes runners again that an engine pushed out: on a new node they may be bound before it, and it has the higher
 * priority. ARC, too, makes another pod for one that is gone. Returns how many.
 */
export async function replaceLost({ runners }: World): Promise<number> {
  const there = new Set(runners.map(({ metadata }) => metadata.name));
  const lost = [...wanted.values()].filter(({ metadata }) => !there.has(metadata.name));
  if (lost.length > 0) await create(...lost);
  return lost.length;
}

/** Ends the jobs of a fleet. */
export async function endJobs({ namespace }: RenderedFleet): Promise<void> {
  for (const [name, { metadata }] of wanted) if (metadata.namespace === namespace) wanted.delete(name);
  await kubectl(["delete", "pods", "-n", namespace, "-l", "proof=runner", "--wait=false"]);
}

/** Waits until all runners of these fleets run, each beside a running engine. Returns a last look and how many were lost. */
export async function allRun(limit: number, ...fleets: readonly RenderedFleet[]): Promise<World & { lost: number }> {
  let lost = 0;
  const world = await until("all runners and engines run", limit, async () => {
    const now = await look();
    const again = await replaceLost(now);
    lost += again;
    const runners = fleets.flatMap((fleet) => ofFleet(now.runners, fleet));
    const engines = fleets.flatMap((fleet) => ofFleet(now.engines, fleet));
    const served = new Set(running(engines).map(({ spec }) => spec?.nodeName));
    const all = running([...runners, ...engines]).length === runners.length + engines.length;
    return again === 0 && all && runners.every(({ spec }) => served.has(spec?.nodeName)) && now;
  });
  return { ...world, lost };
}

/** Fails unless every runner and engine of the fleet is where it may be. Returns lines that say where. */
export function placement(world: World, fleet: RenderedFleet): string[] {
  const nodes = nodesOf(world, fleet);
  const names = nodes.map(({ metadata }) => metadata.name);
  for (const pod of [...running(world.runners), ...running(world.engines)]) {
    const own = pod.metadata.labels?.fleet === fleet.name;
    const there = names.includes(pod.spec?.nodeName ?? "");
    const owner = there ? `fleet ${fleet.name}` : "another fleet, or none";
    check(own === there, `${pod.metadata.name} is on ${pod.spec?.nodeName ?? "no node"}, a node of ${owner}`);
  }
  const { vcpu, nvmeGb } = fleet.nodes;
  return nodes.map((node) => {
    const { labels = {}, name } = node.metadata;
    const type = typeOf(node);
    const cpu = Number(node.status?.capacity?.cpu);
    check(fleet.allowedTypes.includes(type), `${name} is ${type}, which qualify() does not allow`);
    check(Number(labels[NVME]) >= nvmeGb, `${name} (${type}) has ${labels[NVME] ?? "no"} GB of NVMe, less than ${nvmeGb}`);
    check(cpu >= vcpu.min && cpu <= vcpu.max, `${name} (${type}) has ${cpu} vCPUs, not ${vcpu.min} to ${vcpu.max}`);
    check(fleet.nodes.capacityTypes.some((type) => type === capacityType(node)), `${name} is ${capacityType(node)}`);
    const on = (pods: readonly KubeObject[]) => running(pods).filter(({ spec }) => spec?.nodeName === name);
    const engines = on(world.engines);
    check(engines.length === 1, `${name} has ${engines.length} engines`);
    const image = engines[0]?.spec?.containers?.[0]?.image ?? "none";
    check(image === `registry.dagger.io/engine:v${fleet.dagger}`, `${name} has the engine ${image}`);
    const what = `${type} (${capacityType(node)}, ${cpu} vCPU, ${labels[NVME] ?? "no"} GB NVMe)`;
    return `${fleet.name}: ${what} with its engine and ${on(world.runners).length} runners`;
  });
}

/** What the server may add to Terraform's objects, since no plan shows it. */
const MAY_ADD = [
  // Karpenter's hashes: kubernetes_manifest leaves annotations to others.
  /^metadata\.annotations = \{("karpenter\.(sh|k8s\.aws)\/[a-z0-9-]+":"[^"]*",?)+\}$/,
  // A manifest without finalizers says nothing of them.
  /^metadata\.finalizers = \["karpenter\.k8s\.aws\/termination"\]$/,
  // The default of the Terraform resource, too.
  /^preemptionPolicy = "PreemptLowerPriority"$/,
];

/** Fails unless each of these objects is stored as it was sent. Returns what the server added. */
export async function storedAsSent(objects: readonly KubeObject[]): Promise<string> {
  const added: string[] = [];
  for (const sent of objects) {
    const found = compare(sent, withoutServerFields(await stored(sent)));
    const id = `${sent.kind} ${sent.metadata.name}`;
    check(found.changed.length === 0, `${id} changed\n${found.changed.join("\n")}`);
    const strange = found.added.filter((field) => !MAY_ADD.some((pattern) => pattern.test(field)));
    check(strange.length === 0, `${id} has fields that nobody sent\n${strange.join("\n")}`);
    added.push(...found.added.map((field) => `${sent.kind}: ${field.replace(/ = \{.*/, "")}`));
  }
  await kubectl(["diff", ...APPLY], ...objects);
  return tally(added);
}

/** Drift is what the rig's account may feign: says what Karpenter thinks of it. */
export function drift(world: World): string {
  const drifted = world.claims.map((claim) => condition(claim, "Drifted")).filter((item) => item?.status === "True");
  return `drifted nodes: ${drifted.length === 0 ? "none" : tally(drifted.map((item) => item?.reason ?? "no reason"))}`;
}

/** Takes a fleet down in Terraform's order: runners, engine, node pool, node class. Returns the seconds it took. */
export async function destroy(fleet: RenderedFleet, account: Account): Promise<number> {
  const start = performance.now();
  await endJobs(fleet);
  await remove(fleet.daemonSet);
  await remove(fleet.nodePool);
  await remove(fleet.nodeClass);
  const left = await until(`fleet ${fleet.name} is gone`, 180, async () => {
    const world = await look();
    const objects = [...world.classes, ...world.pools].filter(({ metadata }) => metadata.name === fleet.name);
    return objects.length + nodesOf(world, fleet).length === 0 && world;
  });
  const [here, there] = [left.claims.length, await instances(account)];
  check(here === there, `the account has ${there} instances, the cluster ${here} node claims`);
  return seconds(start);
}
