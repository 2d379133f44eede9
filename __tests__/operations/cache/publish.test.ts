import { minimal } from "../../support/project";
import { sleep, until } from "../../support/interrupted";
import type { Outcome } from "../../support/fake-cluster";
import { SeededCluster } from "../../support/seeded-cluster";

const PUBLISHED = "Published 3210000000 bytes of cache, 12 of them uploaded, in 9 s.";
const HELD = "dagger-ci/restoring-cache=publishing:NoSchedule";
const OWN = "actions-runner=main:NoSchedule";
let place: SeededCluster;
beforeEach(async () => {
  place = new SeededCluster();
  await place.cluster.listen();
  place.cluster.exec = () => Promise.resolve({ code: 0, stdout: `${PUBLISHED}\n` });
});
afterEach(() => place.remove());

/** What changed the cluster, and what was run in it, with the taints of the node at that moment. */
function changes(node: string): string[] {
  const seen: string[] = [];
  place.cluster.at = (request) => {
    if (!/^(GET|PATCH)/.test(request)) seen.push(`${request.replace("/api/v1/namespaces/dagger-main/", "")} while ${place.cluster.taints(node).join(", ")}`);
  };
  const exec = place.cluster.exec;
  place.cluster.exec = (executed) => {
    seen.push(`run ${executed.container} in ${executed.pod}: ${executed.command.join(" ")} while ${place.cluster.taints(node).join(", ")}`);
    return exec(executed);
  };
  return seen;
}

const publish = (...args: string[]) => place.start(["--publish", "main", ...args]);

test("it takes the node without runners, keeps it free, stops its engine, publishes, and lets the engine come back", async () => {
  place.node("node-busy", "main", undefined, 9);
  place.runner("runner-1", "node-busy");
  place.node("node-young", "main", undefined, 1);
  place.node("node-old", "main", undefined, 5);
  const seen = changes("node-old");
  expect(await publish("--yes").ended).toEqual({
    status: 0,
    stderr: "",
    stdout: `\
This publishes the cache of node node-old, fleet main:
    no new runner goes there, and no engine comes back there, until it is published
    the engine is stopped when it has no client, and comes back with its cache
    publishing
${PUBLISHED}
`,
  });
  expect([seen, place.cluster.taints("node-old")]).toEqual([
    [`DELETE pods/engine-node-old while ${OWN}, ${HELD}`, `run publish in seed-node-old: sh -c exec sh -c "$PUBLISH" publish now while ${OWN}, ${HELD}`],
    [OWN],
  ]);
});

test("where all have runners it waits for those of the node with the fewest, then for the engine", async () => {
  place.node("node-a", "main", undefined);
  for (const [runner, node] of [["runner-1", "node-a"], ["runner-2", "node-b"], ["runner-3", "node-b"]] as const) place.runner(runner, node);
  place.node("node-b", "main", undefined);
  place.cluster.goesAtOnce = false;
  const seen = changes("node-a");
  const { said, ended } = publish("--yes");
  await until(() => said.stdout.includes("waits for 1 runner on node-a: runner-1"));
  expect([seen, place.cluster.taints("node-a")]).toEqual([[], [OWN, HELD]]);
  place.cluster.pods = place.cluster.pods.filter(({ metadata }) => metadata.name !== "runner-1");
  await until(() => said.stdout.includes("waits for the engine engine-node-a to end, when its clients have"));
  expect(place.cluster.executed).toEqual([]);
  place.cluster.pods = place.cluster.pods.filter(({ metadata }) => metadata.name !== "engine-node-a");
  const { status, stdout } = await ended;
  expect([status, stdout.split("\n")[2], stdout.split("\n").at(-2), place.cluster.taints("node-a")]).toEqual([
    0,
    "    it waits for 1 runner beside its engine, at most 1h; no node has fewer",
    PUBLISHED,
    [OWN],
  ]);
});

test("a change of the node's taints by somebody else meanwhile is kept", async () => {
  place.node("node-a", "main", undefined);
  const node = place.cluster.nodes[0]!;
  let others = 0;
  place.cluster.at = (request) => {
    if (!request.startsWith("PATCH") || others === 2) return;
    others += 1;
    node.metadata.resourceVersion = `1${node.metadata.resourceVersion}`;
    (node.spec as { taints: object[] }).taints.push({ key: `other-${others}`, effect: "NoSchedule" });
  };
  const { status, stdout } = await publish("--yes").ended;
  expect([status, stdout.split("\n").at(-2), place.cluster.taints("node-a")]).toEqual([0, PUBLISHED, [OWN, "other-1=:NoSchedule", "other-2=:NoSchedule"]]);
});

describe("the taint goes whatever happens, and it is told", () => {
  beforeEach(() => place.node("node-a", "main", undefined));

  test.each<[string, Outcome, string]>([
    ["the script refuses", { code: 1, stdout: "Not published: the engine did not stop cleanly, or runs.\n" }, "Not published: the engine did not stop cleanly, or runs."],
    ["the cache is too large, which is no fault of the script", { code: 0, stdout: "Not published: the cache has 9 bytes, more than 1 GB.\n" }, "Not published: the cache has 9 bytes, more than 1 GB."],
    ["the script breaks", { code: 2, stderr: "sh: syntax error\n" }, "nothing was published: the script ended with 2: sh: syntax error"],
    ["the pod goes half-way", "broken", "pod seed-node-a went, or the connection to it broke, before its command had ended"],
  ])("%s", async (_what, outcome, says) => {
    place.cluster.exec = () => Promise.resolve(outcome);
    const { status, stderr } = await publish("--yes").ended;
    expect([status, stderr, place.cluster.taints("node-a")]).toEqual([1, `${says}\n`, [OWN]]);
  });

  test.each<[string, () => void, string]>([
    ["the publishing pod goes while the engine ends", () => (place.cluster.pods = place.cluster.pods.filter(({ metadata }) => metadata.name !== "seed-node-a")), "the publishing pod of node node-a went: the node leaves, or the fleet is being changed"],
    ["the node goes", () => (place.cluster.nodes = []), "node node-a left before its cache was published by this command"],
    ["rights end", () => (place.cluster.refusals = { "GET /api/v1/namespaces": [403, "pods is forbidden"] }), "cannot list pods in namespace dagger-main: <server> answers 403: pods is forbidden"],
  ])("%s", async (_what, breakIt, says) => {
    place.cluster.goesAtOnce = false;
    const { said, ended } = publish("--yes");
    await until(() => said.stdout.includes("waits for the engine"));
    breakIt();
    const { status, stderr } = await ended;
    expect([status, stderr, place.cluster.executed, place.cluster.taints("node-a").includes(HELD)]).toEqual([1, `${says}\n`, [], false]);
  });

  test("the engine may not be deleted", async () => {
    place.cluster.refusals = { "DELETE /": [403, "pods is forbidden"] };
    const { status, stderr } = await publish("--yes").ended;
    expect([status, stderr, place.cluster.taints("node-a")]).toEqual([1, "cannot delete pod dagger-main/engine-node-a: <server> answers 403: pods is forbidden\n", [OWN]]);
  });

  test.each([["SIGINT", 130], ["SIGHUP", 129]] as const)("%s while it publishes", async (signal, exitCode) => {
    place.cluster.exec = () => new Promise(() => undefined);
    const { kill, ended } = publish("--yes");
    await until(() => place.cluster.executed.length === 1);
    expect(place.cluster.taints("node-a")).toContain(HELD);
    kill(signal);
    const { status, stderr } = await ended;
    expect([status, stderr, place.cluster.taints("node-a")]).toEqual([exitCode, "Interrupted.\n", [OWN]]);
  });

  test("an interrupt while the engine ends, and a reader that goes", async () => {
    place.cluster.goesAtOnce = false;
    const first = publish("--yes");
    await until(() => first.said.stdout.includes("waits for the engine"));
    first.kill("SIGINT");
    expect([(await first.ended).status, place.cluster.taints("node-a")]).toEqual([130, [OWN]]);
    delete place.cluster.pods[0]!.metadata.deletionTimestamp;
    const second = place.startAlone(["--publish", "main", "--yes"]);
    await until(() => second.said.stdout.includes("waits for the engine"));
    second.child.stdout.destroy();
    place.cluster.pods.shift();
    expect([(await second.ended).status, place.cluster.taints("node-a")]).toEqual([141, [OWN]]);
  });

  test("one that cannot be taken away is told, with what takes it", async () => {
    place.cluster.exec = () => {
      place.cluster.refusals = { "PATCH /api/v1/nodes": [500, "etcd is full"] };
      return Promise.resolve({ code: 0, stdout: PUBLISHED });
    };
    const { status, stderr } = await publish("--yes").ended;
    expect([status, stderr]).toEqual([
      1,
      "cannot change the taints of node node-a: <server> answers 500: etcd is full. No engine comes to node-a until this is done: kubectl taint nodes node-a dagger-ci/restoring-cache=publishing:NoSchedule-\n",
    ]);
  });

  test("two interrupts end it at once, and it says what is left", async () => {
    place.cluster.exec = () => {
      place.cluster.refusals = { "PATCH /api/v1/nodes": [500, "etcd is full"] };
      return new Promise(() => undefined);
    };
    const { child, ended } = place.startAlone(["--publish", "main", "--yes"]);
    await until(() => place.cluster.executed.length === 1);
    const tries = () => place.cluster.requests.filter((request) => request.startsWith("PATCH")).length;
    const before = tries();
    child.kill("SIGINT");
    await until(() => tries() > before);
    // Closer together they are one.
    await sleep(1050);
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    expect([status, stderr]).toEqual([130, "Not all is undone. No engine comes to node-a until this is done: kubectl taint nodes node-a dagger-ci/restoring-cache=publishing:NoSchedule-\n"]);
  });
});

test.each<[string, string, () => void, string]>([
  ["a fleet that only restores", "pr", () => undefined, "fleet pr does not publish (`seed.publish` is false), and its nodes have no right to write seeds. It restores the seeds of fleet main: npm run cache -- --publish main"],
  ["a mistyped fleet", "mian", () => undefined, "there is no fleet mian; did you mean main?"],
  ["nobody to be asked", "main", () => place.node("node-a", "main", undefined), "nobody is here to be asked: pass --yes to go on"],
  ["no node", "main", () => undefined, "fleet main has no node whose engine and publishing pod run: it has no node. A job brings one; npm run cache shows them."],
  ["an engine that is not there", "main", () => {
    place.node("node-a", "main", undefined);
    place.cluster.pods.shift();
  }, "fleet main has no node whose engine and publishing pod run: none of its 1 nodes has both, and stays. A job brings one; npm run cache shows them."],
  ["another who publishes", "main", () => {
    place.node("node-a", "main", undefined);
    (place.cluster.nodes[0]!.spec as { taints: object[] }).taints.push({ key: "dagger-ci/restoring-cache", value: "publishing", effect: "NoSchedule" });
  }, "node node-a is being published by somebody, or was when that broke off. If nobody is at it: kubectl taint nodes node-a dagger-ci/restoring-cache=publishing:NoSchedule-"],
])("refused, and nothing is changed: %s", async (_what, fleet, before, says) => {
  before();
  const { status, stderr } = await place.start(["--publish", fleet]).ended;
  expect([status, stderr, place.cluster.requests.filter((request) => !request.startsWith("GET"))]).toEqual([1, `${says}\n`, []]);
});

test("refused without a cluster: a fleet without seeds beside one that has, and both at once", async () => {
  place.remove();
  const RUNNERS = "runners: [{cpu: 2, memory: 8Gi, max: 4}]";
  place = new SeededCluster(minimal(`fleets: [{name: main, seed: {publish: true}, ${RUNNERS}}, {name: plain, ${RUNNERS}}]\n`));
  await place.cluster.listen();
  expect((await place.start(["--publish", "plain"]).ended).stderr).toBe("fleet plain has no `seed`; main has\n");
  expect((await place.start(["--publish", "main", "--drop", "main"]).ended).stderr).toBe("error: option '--publish <fleet>' cannot be used with option '--drop <fleet>'\n");
});
