import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConfig } from "../../../../modules/load-config";
import { isAutoscaled } from "../../../../modules/config/fleet";
import { warmObjects } from "../../../../modules/dagger/warm-objects";
import { minimal } from "../../../support/project";

/**
 * The clock as it is in the ConfigMap of the fleet: the files are written to where its pod has them, and Node runs them with
 * the pod's command, at moments of our choice, against a server that keeps Deployments and pods as Kubernetes does. Nothing
 * waits for time: neither the clock, whose time stands until a test moves it, nor the tests, which count its looks.
 */
interface Item {
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string>; ownerReferences?: { kind: string }[]; deletionTimestamp?: string };
  spec: { replicas?: number; nodeName?: string };
  status?: { phase: string };
}

const NODE_FOR = { room: 3 };
const LABEL = "dagger-ci/warm";
const [fleet] = parseConfig(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 6, warm: [{during: daily 07:00-19:00 UTC, runners: 4}]}]}]")).fleets;
if (fleet === undefined || !isAutoscaled(fleet)) throw new Error("not a fleet that Karpenter serves");
const objects = warmObjects(parseConfig(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 6}]}]")), fleet) as { kind: string; data: Record<string, string>; spec: never }[];

/** A cluster of two nodes with room for three placeholders each, but for what runs there. */
class Cluster {
  deployments: Item[] = [];
  pods: Item[] = [];
  scaled: string[] = [];
  /** How often the clock has asked for the Deployments: at the begin of each look. */
  looks = 0;
  fail: number | undefined;
  server!: Server;

  async start(port = 0): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { status, body } = this.answer(request.method ?? "", request.url ?? "", request.headers.authorization ?? "", Buffer.concat(chunks).toString());
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(method: string, url: string, authorization: string, text: string): { status: number; body: unknown } {
    if (url.includes("/deployments?")) this.looks++;
    if (this.fail !== undefined) return { status: this.fail, body: { message: "not now" } };
    if (authorization !== "Bearer a-token") return { status: 401, body: { message: "Unauthorized" } };
    const base = "/namespaces/dagger-main";
    if (method === "GET" && url === `/apis/apps/v1${base}/deployments?labelSelector=dagger-ci%2Fwarm`) return { status: 200, body: { items: this.deployments } };
    if (method === "GET" && url === `/api/v1${base}/pods?resourceVersion=0`) return { status: 200, body: { items: this.pods } };
    const name = new RegExp(`^/apis/apps/v1${base}/deployments/([^/]+)/scale$`).exec(url)?.[1];
    const deployment = this.deployments.find(({ metadata }) => metadata.name === name);
    if (method !== "PATCH" || name === undefined) return { status: 403, body: { message: `${method} ${url}` } };
    if (deployment === undefined) return { status: 404, body: { message: "gone" } };
    const { replicas } = (JSON.parse(text) as { spec: { replicas: number } }).spec;
    this.scaled.push(`${name} ${replicas}`);
    deployment.spec.replicas = replicas;
    this.schedule(deployment);
    return { status: 200, body: {} };
  }

  /** What controller and scheduler do. */
  private schedule({ metadata, spec }: Item): void {
    const own = this.pods.filter((pod) => pod.metadata.labels[LABEL] === metadata.labels[LABEL]);
    this.pods = this.pods.filter((pod) => !own.slice(spec.replicas).includes(pod));
    for (let i = own.length; i < spec.replicas!; i++) {
      const node = ["a", "b"].find((name) => this.pods.filter((pod) => pod.spec.nodeName === name).length < NODE_FOR.room);
      this.pods.push(placeholder(node));
    }
  }
}

const order = (more: object = {}) => ({ warm: [{ during: "mon-fri 07:00-19:00 Europe/Dublin", runners: 4 }], most: 6, pods: { set: "main" }, packEvery: 3600, ...more });
const deployment = (replicas: number, more: object = {}, name = "warm-2c-8g"): Item => ({
  metadata: { name, labels: { [LABEL]: name.replace("warm-", "") }, annotations: { [LABEL]: JSON.stringify(order(more)) } },
  spec: { replicas },
});
const pod = (labels: Record<string, string>, nodeName: string | undefined, more: Partial<Item["metadata"]> = {}, phase = "Running"): Item => ({
  metadata: { name: "pod", labels, ...more },
  spec: { ...(nodeName === undefined ? {} : { nodeName }) },
  status: { phase },
});
const placeholder = (node: string | undefined) => pod({ [LABEL]: "2c-8g" }, node);
const runner = (node: string | undefined) => pod({ set: "main" }, node);

let cluster: Cluster;
let folder: string;
let api: string;
let child: ChildProcess | undefined;
let said: string[];

beforeEach(async () => {
  cluster = new Cluster();
  api = await cluster.start();
  said = [];
  folder = mkdtempSync(join(tmpdir(), "warm-clock-"));
  const configMap = objects.find(({ kind }) => kind === "ConfigMap")!;
  const { volumes } = podSpec();
  for (const { key, path } of volumes[0]!.configMap.items) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), configMap.data[key]!);
  }
  writeFileSync(join(folder, "token"), "a-token\n");
  writeFileSync(join(folder, "namespace"), "dagger-main");
});
/** Ends the clock; it says nothing any more. */
async function stop(): Promise<void> {
  const closed = new Promise((resolve) => child!.once("close", resolve));
  child!.kill("SIGKILL");
  await closed;
}
afterEach(async () => {
  if (child?.exitCode === null) await stop();
  await new Promise((resolve) => cluster.server.close(resolve));
  rmSync(folder, { recursive: true });
});

interface PodSpec {
  readonly containers: readonly { readonly command: readonly string[]; readonly env: readonly { readonly name: string; readonly value: string }[] }[];
  readonly volumes: readonly { readonly configMap: { readonly items: readonly { readonly key: string; readonly path: string }[] } }[];
}
const podSpec = (): PodSpec =>
  (objects.find(({ kind }) => kind === "Deployment")!.spec as { template: { spec: PodSpec } }).template.spec;

/** Sets the clock's time, a moment of UTC. */
function itIs(moment: string): void {
  writeFileSync(join(folder, "now.new"), moment);
  renameSync(join(folder, "now.new"), join(folder, "now"));
}

/** Starts the clock at a moment of UTC, at which its time stands. */
function start(moment: string): void {
  itIs(moment);
  const [container] = podSpec().containers;
  const [, ...command] = container!.command.map((part) => part.replace(/^\/clock/, folder));
  const preload = `import { readFileSync } from "node:fs";
    const Real = Date, now = () => Real.parse(readFileSync(${JSON.stringify(join(folder, "now"))}, "utf8"));
    globalThis.Date = class extends Real { constructor(...all) { super(...(all.length ? all : [now()])); } static now() { return now(); } };`;
  const own = Object.fromEntries(container!.env.filter(({ name }) => name === "WARM_LABEL").map(({ name, value }) => [name, value]));
  child = spawn(process.execPath, [...(process.features.typescript ? [] : ["--experimental-strip-types"]), "--import", `data:text/javascript,${encodeURIComponent(preload)}`, ...command], {
    env: { ...own, KUBERNETES_API: api, SERVICE_ACCOUNT_DIRECTORY: folder, EVERY_SECONDS: "0.02" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (chunk: Buffer) => said.push(...chunk.toString().trimEnd().split("\n").map((line) => line.replace(/^\S+Z /, ""))));
  }
}

/** Waits until something holds. */
async function until(what: () => boolean): Promise<void> {
  const began = Date.now();
  while (!what() && Date.now() - began < 25_000) await sleep(10);
  expect({ holds: what(), said, scaled: cluster.scaled }).toMatchObject({ holds: true });
}
/** A few more whole looks. */
async function aWhile(): Promise<void> {
  const { looks } = cluster;
  await until(() => cluster.looks > looks + 4);
}
const STARTED = "keeps runners warm in dagger-main";

test("begins and ends its hours, and says so once each", async () => {
  cluster.deployments = [deployment(0)];
  start("2026-11-26T06:59:59.999Z");
  await aWhile();
  expect(cluster.scaled).toEqual([]);
  itIs("2026-11-26T07:00:00Z");
  await until(() => cluster.scaled.length === 1);
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 4"]);
  await stop();
  start("2026-11-26T18:59:59.999Z");
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 4"]);
  itIs("2026-11-26T19:00:00Z");
  await until(() => cluster.scaled.length === 2);
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 4", "warm-2c-8g 0"]);
  expect(said).toEqual([STARTED, "2c-8g: 0 to 4 runners kept warm (by its hours 4)", STARTED, "2c-8g: 4 to 0 runners kept warm (no hours now)"]);
});

test("started in the middle of its hours, or after them, it does what is right then", async () => {
  cluster.deployments = [deployment(0), deployment(3, { warm: [{ during: "sat 00:00-24:00 UTC", runners: 3 }] }, "warm-4c-16g")];
  start("2026-11-26T12:00:00Z");
  await until(() => cluster.scaled.length === 2);
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 4", "warm-4c-16g 0"]);
});

test("an edit of the hours holds at the next look, on the day of summer time, too", async () => {
  // 06:30 UTC is half past seven in Dublin from this day on.
  cluster.deployments = [deployment(0, { warm: [{ during: "daily 07:00-19:00 Europe/Dublin", runners: 1 }] })];
  start("2026-03-29T06:30:00Z");
  await until(() => cluster.scaled.length === 1);
  cluster.deployments[0]!.metadata.annotations![LABEL] = JSON.stringify(order({ warm: [{ during: "daily 07:00-19:00 Europe/Dublin", runners: 2 }] }));
  await until(() => cluster.scaled.length === 2);
  cluster.deployments[0]!.metadata.annotations![LABEL] = JSON.stringify(order({ warm: [{ during: "daily 07:00-19:00 UTC", runners: 2 }] }));
  await until(() => cluster.scaled.length === 3);
  expect(cluster.scaled).toEqual(["warm-2c-8g 1", "warm-2c-8g 2", "warm-2c-8g 0"]);
});

test("keeps no room for runners that there cannot be: those that end, and of other sizes, do not count", async () => {
  cluster.deployments = [deployment(0)];
  cluster.pods = [runner("a"), runner("a"), runner(undefined), pod({ set: "main" }, "b", {}, "Succeeded"), pod({ set: "main" }, "b", {}, "Failed"), pod({ set: "main" }, "b", { deletionTimestamp: "2026-11-26T11:59:00Z" }), pod({ set: "other" }, "b")];
  start("2026-11-26T12:00:00Z");
  await until(() => cluster.scaled.length === 1);
  cluster.pods.push(runner("a"), runner("a"), runner("a"), runner("a"));
  await until(() => cluster.scaled.length === 2);
  cluster.pods = cluster.pods.filter(({ metadata }) => metadata.labels.set !== "main");
  await until(() => said.length === 4);
  expect(said).toEqual([
    STARTED,
    "2c-8g: 0 to 3 runners kept warm (by its hours 4, 3 of at most 6 runners are there)",
    "2c-8g: 3 to 0 runners kept warm (by its hours 4, 7 of at most 6 runners are there)",
    "2c-8g: 0 to 4 runners kept warm (by its hours 4)",
  ]);
});

test("outlasts an API that fails, a new token and a Deployment that goes, and says each trouble once", async () => {
  cluster.deployments = [deployment(0)];
  cluster.fail = 503;
  start("2026-11-26T12:00:00Z");
  await until(() => said.length === 2);
  await aWhile();
  cluster.fail = undefined;
  await until(() => cluster.scaled.length === 1);
  writeFileSync(join(folder, "token"), "another-token");
  await until(() => said.at(-1)!.includes("401"));
  writeFileSync(join(folder, "token"), "a-token");
  cluster.deployments = [];
  await until(() => said.at(-1) === "all is well again");
  await aWhile();
  const refused = (status: number, message: string) => new RegExp(`^tries again: GET /apis?/\\S+: ${status} \\{"message":"${message}"\\}$`);
  expect(said).toEqual([
    STARTED,
    expect.stringMatching(refused(503, "not now")),
    "2c-8g: 0 to 4 runners kept warm (by its hours 4)",
    "all is well again",
    expect.stringMatching(refused(401, "Unauthorized")),
    "all is well again",
  ]);
});

test("nobody answers: it goes on, and is there when somebody does", async () => {
  await new Promise((resolve) => cluster.server.close(resolve));
  start("2026-11-26T12:00:00Z");
  await until(() => said.length === 2);
  expect(said[1]).toMatch(/^tries again: fetch failed: /);
  await cluster.start(Number(new URL(api).port));
  await until(() => said.length === 3);
  expect(said[2]).toBe("all is well again");
});

test("one size that cannot be read keeps no other from its hours", async () => {
  cluster.deployments = [deployment(2, {}, "warm-broken"), deployment(0)];
  cluster.deployments[0]!.metadata.annotations![LABEL] = "4 runners";
  cluster.deployments.unshift(deployment(0, { warm: [{ during: "daily 07:00-19:00 Europe/Dubln", runners: 4 }] }, "warm-mistyped"));
  start("2026-11-26T12:00:00Z");
  await until(() => said.length === 3);
  expect(cluster.scaled).toEqual(["warm-2c-8g 4"]);
  expect(said[2]).toMatch(/^tries again: daily 07:00-19:00 Europe\/Dubln: not days, hours and a time zone, .*; annotation dagger-ci\/warm of Deployment warm-broken: Unexpected/);
});

test("puts placeholders together when a node has nothing else: once, until pods come and go", async () => {
  cluster.deployments = [deployment(4, { packEvery: 600 })];
  cluster.pods = [runner("a"), runner("a"), placeholder("a"), placeholder("b"), placeholder("b"), placeholder("b")];
  start("2026-11-26T12:00:00Z");
  await aWhile();
  itIs("2026-11-26T12:09:59Z");
  await aWhile();
  expect(cluster.scaled).toEqual([]);
  itIs("2026-11-26T12:10:00Z");
  await until(() => cluster.scaled.length === 2);
  await aWhile();
  itIs("2026-11-26T13:49:59Z");
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 0", "warm-2c-8g 4"]);
  // The runners left: all but one fit on one node.
  cluster.pods = [placeholder("a"), placeholder("a"), placeholder("b"), placeholder("b")];
  await until(() => cluster.scaled.length === 4);
  await aWhile();
  itIs("2026-11-26T15:29:58Z");
  await aWhile();
  expect(cluster.scaled).toEqual(["warm-2c-8g 0", "warm-2c-8g 4", "warm-2c-8g 0", "warm-2c-8g 4"]);
  expect(cluster.pods.map(({ spec }) => spec.nodeName)).toEqual(["a", "a", "a", "b"]);
  expect(said).toEqual([STARTED, "placeholders are put together: of 2 nodes 1 have nothing else", "placeholders are put together: of 2 nodes 2 have nothing else"]);
});

test.each<[string, Item[], object]>([
  ["they stand on one node, and no other has anything", [placeholder("a"), placeholder("a"), placeholder("a"), pod({ name: "engine" }, "b", { ownerReferences: [{ kind: "DaemonSet" }] })], { packEvery: 0 }],
  ["each node has runners", [placeholder("a"), placeholder("a"), placeholder("b"), runner("a"), runner("b")], { packEvery: 0 }],
  ["runners that are ending still have their room", [placeholder("a"), placeholder("b"), ...["a", "b"].map((node) => pod({ set: "main" }, node, { deletionTimestamp: "2026-11-26T11:59:00Z" }))], { packEvery: 0 }],
  ["some have no node yet", [placeholder("a"), placeholder("b"), placeholder(undefined)], { packEvery: 0 }],
  ["the last time was not long ago", [placeholder("a"), placeholder("b"), placeholder("b")], { packEvery: 600 }],
])("leaves placeholders alone: %s", async (_why, pods, more) => {
  cluster.deployments = [deployment(3, { ...more, warm: [{ during: "daily 00:00-24:00 UTC", runners: 3 }] })];
  cluster.pods = pods;
  start("2026-11-26T12:00:00Z");
  await aWhile();
  expect(cluster.scaled).toEqual([]);
});

test("ends at once at the stop signal", async () => {
  start("2026-11-26T12:00:00Z");
  await until(() => said.length === 1);
  const ended = new Promise((resolve) => child!.once("exit", (...how) => { resolve(how); }));
  child!.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
