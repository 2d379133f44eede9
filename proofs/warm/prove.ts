import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WARM_CLOCK, WARM_LABEL } from "../../modules/contract/warm";
import { versions } from "../../modules/facts/versions";
import { warmObjects } from "../../modules/dagger/warm-objects";
import { isTrue } from "../cluster/objects";
import { apply, list, type KubernetesObject } from "../placement/cluster";
import { ofCluster, ROLE_LABEL, type Account } from "../placement/manifests";
import { giveFigures } from "../report/figures";
import { CASES, fleetOf, objectsOf, placeholders, priorityClass, READY, type Fleet } from "./fleets";

/**
 * One fleet for each way to be ready and number of jobs. They become ready together; then jobs come to one after another. The
 * clock of each warm fleet is the program of its ConfigMap, with the rights of its service account.
 *
 *   prove ACCOUNT_JSON
 */
const PATIENCE = 420;
/** Between the jobs of two fleets. */
const PAUSE = 8;
const kubectl = (...args: string[]) => execFileSync("kubectl", args, { encoding: "utf8", maxBuffer: 2 ** 28 });

interface Seen {
  readonly runners: readonly KubernetesObject[];
  readonly warm: readonly KubernetesObject[];
  readonly claims: readonly KubernetesObject[];
}

function look({ fleet }: Fleet): Seen {
  const pods = JSON.parse(kubectl("get", "pods", "-n", fleet.namespace, "-o", "json")) as { items: KubernetesObject[] };
  return {
    runners: pods.items.filter(({ metadata }) => metadata.labels?.[ROLE_LABEL] === "runner"),
    warm: pods.items.filter(({ metadata }) => metadata.labels?.[WARM_LABEL] !== undefined),
    claims: list("nodeclaims", "-l", `karpenter.sh/nodepool=${fleet.inCluster}`),
  };
}

const bound = (pods: readonly KubernetesObject[]) => pods.filter(({ spec }) => spec.nodeName !== undefined);
const now = () => Date.now() / 1000;

/** Seconds until something holds. */
async function until(what: string, holds: () => boolean, since = now()): Promise<number> {
  while (!holds()) {
    if (now() - since > PATIENCE) throw new Error(`${what}: not within ${PATIENCE} s`);
    await sleep(1000);
  }
  return Math.round(now() - since);
}

/** When a pod got its node, in seconds; a time that never comes where it has none. */
function boundAt({ status }: KubernetesObject): number {
  const conditions = status?.conditions as { type: string; status: string; lastTransitionTime?: string }[] | undefined;
  const at = conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "True")?.lastTransitionTime;
  return at === undefined ? Infinity : Date.parse(at) / 1000;
}

/** From a runner pod's creation to its node, in whole seconds, the shortest first. */
const waits = (runners: readonly KubernetesObject[]): number[] =>
  runners.map((pod) => boundAt(pod) - Date.parse(pod.metadata.creationTimestamp) / 1000).filter(Number.isFinite).sort((a, b) => a - b);

/** Starts the clock of a fleet as its pod would. */
function clock({ config, fleet }: Fleet): ChildProcess {
  const objects = warmObjects(config, fleet) as { kind: string; data: Record<string, string>; spec: { template: { spec: { containers: { command: string[] }[]; volumes: { configMap: { items: { key: string; path: string }[] } }[] } } } }[];
  const { containers, volumes } = objects.find(({ kind }) => kind === "Deployment")!.spec.template.spec;
  const folder = mkdtempSync(join(tmpdir(), "warm-clock-"));
  for (const { key, path } of volumes[0]!.configMap.items) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), objects.find(({ kind }) => kind === "ConfigMap")!.data[key]!);
  }
  writeFileSync(join(folder, "token"), kubectl("create", "token", WARM_CLOCK, "-n", fleet.namespace, "--duration=2h"));
  writeFileSync(join(folder, "namespace"), fleet.namespace);
  const { clusters } = JSON.parse(kubectl("config", "view", "-o", "json")) as { clusters: { cluster: Record<string, string> }[] };
  const cluster = clusters[0]!.cluster;
  const [, ...command] = containers[0]!.command.map((part) => part.replace(/^\/clock/, folder));
  const env = { WARM_LABEL, KUBERNETES_API: cluster.server, SERVICE_ACCOUNT_DIRECTORY: folder, NODE_EXTRA_CA_CERTS: cluster["certificate-authority"] };
  const child = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.on("data", (chunk: Buffer) => process.stderr.write(`clock of ${fleet.name}: ${chunk.toString()}`));
  return child;
}

const scaleRunners = ({ fleet }: Fleet, replicas: number) => void kubectl("scale", "-n", fleet.namespace, "replicaset/runners", `--replicas=${replicas}`);
const vcpus = (claims: readonly KubernetesObject[]) =>
  claims.reduce((sum, { metadata }) => sum + Number(metadata.labels?.["karpenter.k8s.aws/instance-cpu"] ?? 0), 0);

interface Burst {
  readonly one: Fleet;
  readonly since: number;
  readonly before: ReadonlySet<string>;
  atOnce: number;
  readyAgain: number | undefined;
  mostVcpus: number;
}

/** Runners that were bound and are gone: none of them ended by itself. */
const displaced = (known: ReadonlyMap<string, Set<string>>, { fleet }: Fleet, { runners }: Seen) => {
  const there = new Set(runners.map(({ metadata }) => metadata.name));
  return [...(known.get(fleet.name) ?? [])].filter((name) => !there.has(name)).length;
};

async function main([accountJson = ""]: readonly string[]): Promise<void> {
  const account = JSON.parse(accountJson) as Account;
  const fleets = CASES.map(fleetOf);
  apply([priorityClass, ...ofCluster()]);
  for (const one of fleets) apply(objectsOf(one, account));
  const clocks = new Map(fleets.filter(({ way }) => way === "warm").map((one) => [one.name, clock(one)]));
  const problems: string[] = [];
  let said = "";
  const expect = (what: string, holds: boolean) => {
    console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
    if (!holds) problems.push(what);
  };
  try {
    const started = now();
    for (const one of fleets.filter(({ way }) => way !== "cold")) {
      const ready = () => {
        const { runners, warm, claims } = look(one);
        if (one.way === "buffer") return claims.some((claim) => isTrue(claim, "Initialized"));
        return bound(one.way === "warm" ? warm : runners).length === READY;
      };
      console.error(`${one.name} is ready after ${await until(`${one.name} becomes ready`, ready, started)} s`);
    }
    const bursts: Burst[] = [];
    for (const one of fleets) {
      const before = new Set(look(one).runners.map(({ metadata }) => metadata.name));
      scaleRunners(one, one.jobs + before.size);
      bursts.push({ one, since: now(), before, atOnce: 0, readyAgain: undefined, mostVcpus: 0 });
      await sleep(PAUSE * 1000);
      bursts.at(-1)!.atOnce = bound(look(one).runners).filter(({ metadata }) => !before.has(metadata.name)).length;
    }
    const known = new Map<string, Set<string>>();
    const gone = { warm: 0, others: 0 };
    const settled = () => {
      let all = true;
      for (const burst of bursts) {
        const seen = look(burst.one);
        gone[burst.one.way === "warm" ? "warm" : "others"] += displaced(known, burst.one, seen);
        known.set(burst.one.fleet.name, new Set(bound(seen.runners).map(({ metadata }) => metadata.name)));
        burst.mostVcpus = Math.max(burst.mostVcpus, vcpus(seen.claims));
        const limited = burst.one.vcpuLimit !== undefined;
        if (burst.one.way === "warm" && burst.readyAgain === undefined && bound(seen.warm).length === READY && bound(seen.runners).length === burst.one.jobs) burst.readyAgain = Math.max(0, Math.round(Math.max(...seen.warm.map(boundAt)) - burst.since));
        all &&= limited ? now() - burst.since > 100 : bound(seen.runners).length === burst.one.jobs + burst.before.size && (burst.one.way !== "warm" || burst.readyAgain !== undefined);
      }
      return all;
    };
    await until("all jobs have nodes and all placeholders are back", settled);
    const results = bursts.map(({ one, before, atOnce, readyAgain, mostVcpus }) => {
      const { runners, warm, claims } = look(one);
      const seconds = waits(runners.filter(({ metadata }) => !before.has(metadata.name)));
      // An idle runner of `min` takes a job without a pod of its own: of the pods that come, as many are its successors.
      return {
        case: one.name,
        way: one.way,
        jobs: one.jobs,
        ...(one.vcpuLimit === undefined ? {} : { vcpuLimit: one.vcpuLimit, running: seconds.length, placeholders: bound(warm).length }),
        atOnce,
        waits: { shortest: seconds[0], median: seconds[Math.floor(seconds.length / 2)], longest: seconds.at(-1) },
        ...(readyAgain === undefined ? {} : { readyAgain }),
        nodes: claims.map(({ metadata }) => metadata.labels?.["node.kubernetes.io/instance-type"]).sort(),
        mostVcpus,
      };
    });
    for (const result of results) console.log(JSON.stringify(result));
    expect("no running job of a warm fleet was displaced", gone.warm === 0);
    console.log(`     of the other fleets: ${gone.others}, by engines of new nodes`);
    const limited = results.find(({ vcpuLimit }) => vcpuLimit !== undefined)!;
    expect(`within the limit of ${limited.vcpuLimit!} vCPU: ${limited.mostVcpus}; ${limited.running!} jobs run there, and no placeholder keeps one from it`, limited.mostVcpus <= limited.vcpuLimit! && limited.running! > 0 && limited.placeholders === 0);
    const preempted = (JSON.parse(kubectl("get", "events", "-A", "--field-selector", "reason=Preempted", "-o", "json")) as { items: { involvedObject: { name: string; namespace: string } }[] }).items.filter(
      ({ involvedObject }) => fleets.some(({ way, fleet }) => way === "warm" && fleet.namespace === involvedObject.namespace),
    );
    expect(`${preempted.length} pods of warm fleets were put out, all of them placeholders`, preempted.length > 0 && preempted.every(({ involvedObject }) => involvedObject.name.startsWith("warm-")));
    const warmed = fleets.filter(({ way }) => way === "warm");
    for (const one of fleets) scaleRunners(one, 0);
    const ended = now();
    const nodesOf = (one: Fleet) => new Set(bound(look(one).warm).map(({ spec }) => spec.nodeName)).size;
    const kept = await until("after the jobs, each warm fleet has one node", () => warmed.every((one) => look(one).claims.length === 1 && nodesOf(one) === 1 && bound(look(one).warm).length === READY), ended);
    console.log(`ok   after the jobs each warm fleet kept one node, after ${kept} s`);
    for (const one of warmed) apply([placeholders(one.config, one.fleet, "sat 03:00-03:01 UTC")].map(withoutReplicas));
    const outside = now();
    const none = await until("outside the hours there is no placeholder", () => warmed.every((one) => look(one).warm.length === 0), outside);
    const empty = await until("outside the hours no node stays", () => warmed.every((one) => look(one).claims.length === 0), outside);
    console.log(`ok   outside the hours no placeholder after ${none} s, no node after ${empty} s (idleAfter: 1m)`);
    const warmWaits = results.filter(({ way, vcpuLimit }) => way === "warm" && vcpuLimit === undefined).map(({ jobs, atOnce }) => `${atOnce} of ${jobs}`);
    giveFigures({ karpenter: versions.karpenter, nodeBootSeconds: 60, ready: READY, cases: results, afterJobs: kept, outsideHours: { placeholdersGone: none, nodesGone: empty } });
    said = `${warmWaits.join(", ")} jobs had a node at once with ${READY} kept warm; no running job of those fleets was displaced`;
  } finally {
    for (const child of clocks.values()) child.kill("SIGTERM");
  }
  console.log(problems.length === 0 ? said : `${problems.length} do not hold`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Terraform leaves the number of replicas to the clock. */
const withoutReplicas = (deployment: object): object => {
  const { spec, ...rest } = deployment as { spec: Record<string, unknown> };
  const { replicas: _replicas, ...others } = spec;
  return { ...rest, spec: others };
};

void main(process.argv.slice(2));
