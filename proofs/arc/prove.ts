import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseConfig } from "../../modules/load-config";
import { versions } from "../../modules/facts/versions";
import { serveCharts, type ChartRegistry } from "../cluster/chart-registry";
import { startCluster } from "../cluster/cluster";
import { GitHub } from "../cluster/github";
import { Installation, settingsOf } from "../cluster/installation";
import { succeeded } from "../cluster/ran";
import { queued, runnerPods, spread, type Wait } from "../cluster/runners";
import { ALWAYS } from "../karpenter/one-fleet";
import { kubectl, look, stop } from "../cluster/rig";
import { giveFigures } from "../report/figures";
import { check, seconds, step, sum, until } from "../report/steps";
import { changedIn, templateOf } from "./template";

/**
 * An installation whose scale sets are served by the real controller and listeners of ARC.
 *
 *   prove PROVIDERS_DIR CHARTS_DIR CLUSTER_DIR ARC_DIR
 */
const [providers = "", charts = "", directory = "", arc = ""] = process.argv.slice(2);
const LEFT_OUT = 77;
const FILE = "examples/configurations/default.yaml";
const SMALL = "dagger-ci-main-2c-8g";
const LARGE = "dagger-ci-main-4c-16g";
const BURST = 20;
const work = tmpdir();
const figures: Record<string, object> = {};

/** A version of ARC other than the pinned one, of which the folder has the programs. */
const older = readdirSync(arc).flatMap((name) => /^arc-manager-(.+)$/.exec(name)?.[1] ?? [])[0];

const listenerPods = async (): Promise<string[]> =>
  (JSON.parse(await kubectl(["get", "pods", "-A", "-o", "json", "-l", "app.kubernetes.io/component=runner-scale-set-listener"])) as { items: { metadata: { name: string }; status: { phase: string } }[] }).items
    .filter(({ status }) => status.phase === "Running")
    .map(({ metadata }) => metadata.name);

const registered = (github: GitHub, names: readonly string[]) =>
  until(`${names.join(", ")} are registered, each with a listener`, 180, async () => (await github.scaleSets()).join() === names.join() && (await listenerPods()).length === names.length);

const completed = (github: GitHub, waits: readonly Wait[], patience: number) =>
  until("the jobs end", patience, async () => (await github.jobs(waits.map(({ job }) => job))).every(({ state }) => state === "completed"));

/** One job, from GitHub's queue to its end: where its pod is, and what it is made of. */
async function oneJob(github: GitHub, installation: Installation, note: (line: string) => void): Promise<Wait> {
  const [wait] = await queued(github, SMALL, 1, 8);
  const pod = (await runnerPods()).find(({ metadata }) => metadata.name === wait!.name)!;
  const changed = changedIn(templateOf(installation.folder, SMALL), pod);
  check(changed.length === 0, `the pod is not as the template\n${changed.join("\n")}`);
  const { nodes, claims, pods } = await look();
  const type = nodes.find(({ metadata }) => metadata.name === wait!.nodeName)?.metadata.labels?.["node.kubernetes.io/instance-type"];
  check(claims.some(({ status }) => (status as { nodeName?: string }).nodeName === wait!.nodeName), `${wait!.nodeName} is not a node of Karpenter's`);
  const engines = pods.filter(({ metadata, spec, status }) => metadata.namespace === "dagger-main" && metadata.labels?.["actions-ephemeral-runner"] === undefined && spec?.nodeName === wait!.nodeName && status?.phase === "Running");
  check(engines.some(({ metadata }) => metadata.name.includes("engine")), `no engine on ${wait!.nodeName}`);
  note(`pod after ${wait!.pod} s, node ${type} after ${wait!.node} s, job runs after ${wait!.running} s`);
  await completed(github, [wait!], 60);
  return wait!;
}

/** Ends the listener of a scale set as a crash would. */
async function killListener(scaleSet: string): Promise<void> {
  const listener = (await listenerPods()).find((name) => name.startsWith(scaleSet))!;
  const found = readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("arc-listener") && readFileSync(`/proc/${pid}/environ`, "utf8").includes(listener);
    } catch {
      return false;
    }
  });
  check(found.length > 0, `no process of ${listener}`);
  for (const pid of found) process.kill(Number(pid), "SIGKILL");
}

async function steps(installation: Installation, github: GitHub, { missing }: ChartRegistry): Promise<void> {
  const pinned = versions.arc;
  await step(`ARC ${older ?? pinned}: addons and dagger deploy, both sets register, each has a listener`, async () => {
    succeeded(await installation.command("deploy", "addons", "dagger", "--yes"));
    await registered(github, [SMALL, LARGE]);
  });
  if (missing.size > 0) return;
  let bought = "";
  await step("a queued job gets a pod of our template, on a node that Karpenter buys", async (note) => {
    const { pod, node, running, nodeName } = await oneJob(github, installation, note);
    bought = nodeName;
    figures.oneJobOnNewNode = { pod, node, running };
  });
  if (older === undefined) console.log("skip the upgrade of a minor: ARC_DIR has no programs of another version");
  else await upgrade(installation, github, older, pinned);
  await step("another job, on the node that is there", async (note) => {
    const { pod, node, running, nodeName } = await oneJob(github, installation, note);
    check(nodeName === bought, `it is on ${nodeName}, and the first was on ${bought}`);
    figures.oneJobOnNodeThatIsThere = { pod, node, running };
  });
  await step("a listener is killed: a job that is queued then gets its runner, and the listener is back", async (note) => {
    await killListener(SMALL);
    const [wait] = await queued(github, SMALL, 1, 5);
    note(`pod after ${wait!.pod} s, job runs after ${wait!.running} s`);
    figures.jobOfLostListener = { pod: wait!.pod, running: wait!.running };
    await completed(github, [wait!], 60);
    await registered(github, [SMALL, LARGE]);
  });
  await step(`a burst of ${BURST} jobs`, async (note) => {
    const waits = await queued(github, SMALL, BURST, 20);
    const nodes = new Set(waits.map(({ nodeName }) => nodeName)).size;
    figures.burst = { jobs: BURST, nodes, pod: spread(waits.map(({ pod }) => pod)), node: spread(waits.map(({ node }) => node)), running: spread(waits.map(({ running }) => running)) };
    note(JSON.stringify(figures.burst));
    await completed(github, waits, 120);
    await until("no runner pod is left", 60, async () => (await runnerPods()).length === 0);
  });
  await step("a set is removed while its job runs: the job ends first", async (note) => {
    const [wait] = await queued(github, LARGE, 1, 45);
    installation.configure((settings) => (settings.fleets = settings.fleets!.map((fleet) => ({ ...fleet, runners: fleet.runners!.slice(0, 1) }))));
    const began = performance.now();
    const deploying = installation.command("deploy", "dagger", "--yes");
    let ended: number | undefined;
    const watching = completed(github, [wait!], 120).then(() => (ended = seconds(began)));
    const deploy = succeeded(await deploying);
    await watching;
    note(`the job ended after ${ended} s, the deploy after ${deploy.seconds} s`);
    figures.removedSet = { jobEnded: ended!, deployed: deploy.seconds };
    check(deploy.seconds > ended! - 2, "the set went before its job ended");
    check((await github.scaleSets()).join() === SMALL, `GitHub still has ${(await github.scaleSets()).join(", ")}`);
  });
  await step("destroyed with a job running: it ends first, and GitHub has no set left", async (note) => {
    const [wait] = await queued(github, SMALL, 1, 30);
    const destroy = await installation.command("destroy", "--yes");
    note(...destroy.output.split("\n").filter((line) => line.includes("gone after")));
    check((await github.jobs([wait!.job]))[0]?.state === "completed", "the job did not end");
    check((await github.scaleSets()).length === 0, `GitHub still has ${(await github.scaleSets()).join(", ")}`);
  });
}

async function upgrade(installation: Installation, github: GitHub, from: string, to: string): Promise<void> {
  await step(`ARC ${from} becomes ${to}: not while a job runs, then by npm run upgrade`, async (note) => {
    const [wait] = await queued(github, SMALL, 1, 20);
    installation.configure((settings) => (settings.versions = { ...settings.versions, arc: to }));
    const refused = await installation.command("deploy", "addons", "--yes");
    check(refused.code === 1 && refused.output.includes("would become"), `deploy of addons is not refused\n${refused.output}`);
    const early = await installation.command("upgrade", "--yes");
    check(early.code === 1 && early.output.includes("Jobs run in"), `the upgrade does not wait for the job\n${early.output}`);
    await completed(github, [wait!], 60);
    await until("its pod is gone", 60, async () => (await runnerPods()).length === 0);
    const upgraded = succeeded(await installation.command("upgrade", "--yes"));
    await registered(github, [SMALL, LARGE]);
    succeeded(await installation.command("plan", "addons", "dagger"));
    note(`${upgraded.seconds} s`);
    figures.upgrade = { from, to, seconds: upgraded.seconds };
  });
}

async function main(): Promise<void> {
  const settings = settingsOf(FILE);
  settings.fleets![0]!.nodes = { workingHours: ALWAYS };
  if (older !== undefined) settings.versions = { ...settings.versions, arc: older };
  const registry: ChartRegistry = await serveCharts(charts, [parseConfig(JSON.stringify(settings))], work);
  const cluster = await startCluster(directory, settings.name, { ARC_DIR: arc });
  try {
    const installation = new Installation({ work, cluster, providers, authority: registry.authority }, settings);
    installation.writeStates();
    await steps(installation, new GitHub(cluster), registry);
  } finally {
    stop(directory);
  }
  if (registry.missing.size > 0) {
    console.log(`Left out: ${charts} has no ${[...registry.missing].join(", ")}.`);
    process.exit(LEFT_OUT);
  }
  giveFigures({ arc: versions.arc, karpenter: versions.karpenter, ...figures });
  const holds = sum();
  process.exit(holds ? 0 : 1);
}

void main();
