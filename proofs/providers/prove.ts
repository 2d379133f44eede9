import { tmpdir } from "node:os";
import { DeleteClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { parseConfig } from "../../modules/load-config";
import { serveCharts, type ChartRegistry } from "../cluster/chart-registry";
import { startCluster, type Cluster } from "../cluster/cluster";
import { Installation, settingsOf } from "../cluster/installation";
import { cleared, objects } from "../cluster/left";
import { succeeded } from "../cluster/ran";
import type { KubeObject } from "../cluster/objects";
import { create, instances, kubectl, look, remove, stop } from "../cluster/rig";
import { giveFigures, keptFigures } from "../report/figures";
import { check, counted, step, sum, until } from "../report/steps";
import { CONFIGURATIONS, type Configuration } from "./configurations";

/**
 * The stacks addons and dagger of several configurations, each on a cluster of its own, by the project's own commands.
 *
 *   prove PROVIDERS_DIR CHARTS_DIR CLUSTER_DIR ARC_DIR [CONFIGURATION…]
 */
const [providers = "", charts = "", directory = "", arc = "", ...asked] = process.argv.slice(2);
const LEFT_OUT = 77;
/** Its webhook makes itself an authority, which no chart knows of. */
const LEFT_BY_CERT_MANAGER = "Secret cert-manager/cert-manager-webhook-ca";
const work = tmpdir();
const figures: Record<string, { readonly date: string; readonly steps: number }> = {};
const today = () => new Date().toISOString().slice(0, 10);
const fileOf = (name: string) => `examples/configurations/${name}.yaml`;

/** `change helm_release main_engine`: what a plan does, without the ids of cdktf. */
const doings = (installation: Installation, stack: string): string[] =>
  installation
    .changes(stack)
    .filter(({ kind }) => kind !== "unchanged")
    .map(({ kind, address }) => `${kind} ${address.replace(/_[0-9A-F]{8}$/, "")}`)
    .sort();

async function applied(installation: Installation, stack: string): Promise<object> {
  const plan = succeeded(await installation.command("plan", stack), 2);
  const deploy = succeeded(await installation.command("deploy", stack, "--yes"));
  const second = succeeded(await installation.command("plan", stack));
  const apply = Number(/applied \(([\d.]+) s\)/.exec(deploy.output)?.[1]);
  return { planSeconds: plan.seconds, planMegabytes: plan.megabytes, applySeconds: apply, secondPlanSeconds: second.seconds, stateBytes: installation.stateSize(stack) };
}

/** A pod as ARC would make it of a scale set's template; none where there is no scale set for nodes that Karpenter buys. */
async function runnerPod(): Promise<KubeObject | undefined> {
  if ((await kubectl(["get", "crd", "autoscalingrunnersets.actions.github.com", "--ignore-not-found", "-o", "name"])) === "") return undefined;
  const sets = JSON.parse(await kubectl(["get", "autoscalingrunnersets", "-A", "-o", "json"])) as { items: { metadata: KubeObject["metadata"]; spec: { template: KubeObject } }[] };
  const pools = new Set((await look()).pools.map(({ metadata }) => metadata.name));
  const set = sets.items.find(({ spec }) => pools.has(String((spec.template.spec?.nodeSelector as Record<string, string>)["actions-runner"])));
  if (set === undefined) return undefined;
  const { metadata, spec } = set.spec.template;
  return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "proof-runner", namespace: set.metadata.namespace! }, spec: { ...spec, restartPolicy: "Never" } };
}

async function withNodes(installation: Installation, note: (line: string) => void): Promise<void> {
  const pod = (await runnerPod())!;
  await create(pod);
  const node = await until("the runner and its engine run", 180, async () => {
    const { pods } = await look();
    const runner = pods.find(({ metadata }) => metadata.name === pod.metadata.name);
    const name = runner?.status?.phase === "Running" ? runner.spec?.nodeName : undefined;
    const engine = pods.find(({ metadata, spec, status }) => metadata.namespace === pod.metadata.namespace && metadata.name.includes("engine") && spec?.nodeName === name && status?.phase === "Running");
    return name !== undefined && engine && name;
  });
  const { nodes } = await look();
  note(`on ${nodes.find(({ metadata }) => metadata.name === node)?.metadata.labels?.["node.kubernetes.io/instance-type"]}`);
  succeeded(await installation.command("plan", "addons", "dagger"));
  await remove(pod);
}

async function handEdit(installation: Installation): Promise<void> {
  const pool = (await look()).pools[0]!.metadata.name;
  const limit = () => kubectl(["get", "nodepool", pool, "-o", "jsonpath={.spec.limits.cpu}"]);
  const before = await limit();
  await kubectl(["patch", "nodepool", pool, "--type=merge", "-p", '{"spec":{"limits":{"cpu":"1"}}}']);
  succeeded(await installation.command("deploy", "dagger", "--yes"));
  check((await limit()) === before, `the limit is ${await limit()}, not ${before}`);
  succeeded(await installation.command("plan", "dagger"));
}

async function guarded(installation: Installation): Promise<void> {
  const { code, output } = await installation.terraform("addons", "destroy", "-auto-approve", "-no-color");
  check(code !== 0 && output.replace(/\s+/g, " ").includes("A dagger stack stands"), `not refused\n${output.slice(-2000)}`);
  succeeded(await installation.command("deploy", "addons", "--yes"));
  succeeded(await installation.command("plan", "addons", "dagger"));
}

/** Takes all down, and the cluster that stands for the cluster stack's; nothing may be left. */
async function destroyed(installation: Installation, cluster: Cluster, before: ReadonlySet<string>, note: (line: string) => void): Promise<void> {
  const ran = succeeded(await installation.command("destroy", "--yes"), 1);
  check(ran.output.includes(`The EKS cluster ${cluster.name} stands`), ran.output);
  note(...ran.output.split("\n").filter((line) => line.includes("gone after")) as [string]);
  const eks = new EKSClient({ region: "eu-west-1", endpoint: new URL(cluster.queue).origin, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  await eks.send(new DeleteClusterCommand({ name: cluster.name }));
  const again = succeeded(await installation.command("destroy", "--yes"));
  check(/Nothing in \S+ is left/.test(again.output), again.output);
  check((await instances(cluster)) === 0, "instances are left");
  await cleared(installation, before, [LEFT_BY_CERT_MANAGER]);
}

async function one({ name, changes }: Configuration, registry: ChartRegistry): Promise<void> {
  const settings = settingsOf(fileOf(name));
  const { passed: passedBefore } = counted();
  const cluster = await startCluster(directory, settings.name, { ARC_DIR: arc });
  try {
    const before = await objects();
    const installation = new Installation({ work, cluster, providers, authority: registry.authority }, settings);
    installation.writeStates();
    const kept: Record<string, object> = {};
    for (const stack of ["addons", "dagger"]) {
      await step(`${name}: ${stack} applies, and a second plan is empty`, async (note) => {
        kept[stack] = await applied(installation, stack);
        note(JSON.stringify(kept[stack]));
      });
    }
    if (registry.missing.size > 0) return;
    if ((await runnerPod()) !== undefined) await step(`${name}: a plan is empty while a runner, its node and its engine run`, (note) => withNodes(installation, note));
    for (const { what, change, does } of changes) {
      await step(`${name}: ${what}`, async (note) => {
        installation.configure(change);
        succeeded(await installation.command("plan", "addons"));
        succeeded(await installation.command("plan", "dagger"), 2);
        const seen = doings(installation, "dagger");
        note(...seen);
        check(seen.join() === does.join(), `not: ${does.join()}`);
        succeeded(await installation.command("deploy", "dagger", "--yes"));
        succeeded(await installation.command("plan", "addons", "dagger"));
      });
    }
    await step(`${name}: what was edited by hand is put back`, () => handEdit(installation));
    await step(`${name}: terraform destroy of addons is refused while a fleet stands`, () => guarded(installation));
    await step(`${name}: destroyed, and nothing is left`, (note) => destroyed(installation, cluster, before, note));
    const { passed, failed } = counted();
    if (failed === 0) figures[name] = { date: today(), steps: passed - passedBefore, ...kept };
  } finally {
    stop(directory);
  }
}

/** Gives the figures of what ran beside those of other configurations; the last line says which hold. */
function give(): void {
  const configurations = { ...keptFigures<{ configurations: typeof figures }>("providers").configurations, ...figures };
  const result = Object.entries(configurations).map(([name, { steps }]) => `${name} ${steps} of ${steps}`).join(", ");
  giveFigures({ configurations });
  console.log(result);
}

async function main(): Promise<void> {
  const chosen = CONFIGURATIONS.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const registry = await serveCharts(charts, chosen.map(({ name }) => parseConfig(JSON.stringify(settingsOf(fileOf(name))))), work);
  for (const configuration of chosen) {
    await one(configuration, registry);
    if (registry.missing.size > 0) {
      console.log(`Left out: ${charts} has no ${[...registry.missing].join(", ")}.`);
      process.exit(LEFT_OUT);
    }
  }
  const holds = sum();
  if (holds) give();
  process.exit(holds ? 0 : 1);
}

void main();
