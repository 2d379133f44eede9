import { EXISTING_VPC, minimal } from "../../support/project";
import { running } from "../../support/fake-cluster";
import { ago, SeededCluster, snapshot } from "../../support/seeded-cluster";

let place: SeededCluster;
const begin = async (yaml?: string) => {
  place = new SeededCluster(yaml);
  await place.cluster.listen();
};
beforeEach(() => begin());
afterEach(() => place.remove());

const TWO_MONTHS = () => {
  place.seeds("this", snapshot(1, 7200, 3_210_000_000, "whole", "on:node-a"), snapshot(2, 3700, 9, "fresh"));
  place.seeds("last", snapshot(3, 3 * 86_400 + 3600, 45_000_000, "whole", "on:node-b"));
};

test("it shows each fleet's nodes with what became of their restore, and the seeds of two months", async () => {
  place.node("node-a", "main", "Restored the seed of Monday: 1000 bytes in 4 s.");
  place.node("node-long", "main", undefined);
  place.node("node-c", "pr", "\u001b[2JThere is no seed yet.");
  TWO_MONTHS();
  expect(await place.start([]).ended).toEqual({
    status: 0,
    stderr: "",
    stdout: `\
fleet main: publishes, at most every 6h; new nodes restore its own seeds within 2m
    2 nodes:
        node-a     Restored the seed of Monday: 1000 bytes in 4 s.
        node-long  The node had a cache already.
    2 seeds, the newest first:
        <time>  2h old  3.2 GB   Dagger 0.21.9  x86_64  from node-a
        <time>  3d old  45.0 MB  Dagger 0.21.9  x86_64  from node-b

fleet pr: does not publish; new nodes restore the seeds of fleet main within 2m
    1 node:
        node-c  [2JThere is no seed yet.
`,
  });
  expect([place.calls(), place.cluster.executed.map(({ pod, container }) => `${pod} ${container}`), place.cluster.made]).toEqual([
    ["this", "last"].map((month) => `s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64/<${month}> snapshots --no-lock --json`),
    ["seed-node-a publish", "seed-node-a publish"],
    [],
  ]);
});

test("a guest's nodes are found by their name in the cluster", async () => {
  place.remove();
  const arc = "{mode: existing, namespace: arc-systems, serviceAccount: arc-controller, version: 0.14.2}";
  const guest = "cluster: {mode: existing, name: platform, guest: true, supportNodes: {nodeSelector: {a: b}}}";
  await begin(minimal(`${EXISTING_VPC}\n${guest}\naddons: {karpenter: {mode: existing}, arc: ${arc}}\nfleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]\n`));
  place.node("node-a", "dagger-ci-main", "There is no seed yet.");
  place.node("node-of-the-first", "main", "There is no seed yet.");
  const { stdout } = await place.start([]).ended;
  expect(stdout).toContain("    1 node:\n        node-a  There is no seed yet.\n");
});

test("the pods of a fleet that only restores are asked where the other has none", async () => {
  place.node("node-c", "pr", "There is no seed yet.");
  TWO_MONTHS();
  const { stdout } = await place.start(["--json"]).ended;
  expect((JSON.parse(stdout) as { seeds?: { node: string; whole: boolean }[] }[]).map(({ seeds }) => seeds?.map(({ node, whole }) => [node, whole]))).toEqual([
    [["a node that did not come to its end", false], ["node-a", true], ["node-b", true]],
    undefined,
  ]);
  expect(place.cluster.executed.map(({ pod, container }) => `${pod} ${container}`)).toEqual(["seed-node-c stay", "seed-node-c stay"]);
});

test("what a restore does and waits for is told, and a node that is kept from its engine", async () => {
  const states = [
    { running: { startedAt: ago(12) } },
    { waiting: { reason: "ImagePullBackOff", message: "no such image" } },
    { terminated: { exitCode: 137 } },
    undefined,
  ];
  states.forEach((state, i) => {
    place.node(`node-${i}`, "main", undefined);
    Object.assign(place.cluster.pods.at(-1)!.status as object, { initContainerStatuses: state === undefined ? [] : [{ name: "restore", state }] });
  });
  place.node("node-4", "main", undefined);
  place.cluster.pods.pop();
  (place.cluster.nodes[4]!.spec as { taints: object[] }).taints.push({ key: "dagger-ci/restoring-cache", value: "publishing", effect: "NoSchedule" });
  const { stdout } = await place.start([]).ended;
  expect(stdout.replace(/\d+ s\./, "12 s.").split("\n").slice(2, 8)).toEqual([
    "        node-0  It is restoring, for 12 s.",
    "        node-1  The restore waits: ImagePullBackOff, no such image.",
    "        node-2  The restore was ended (exit code 137).",
    "        node-3  The pod that restores has not started.",
    "        node-4  There is no pod cache-seed on it.",
    "                It is kept from its engine to publish. If nobody is at it: kubectl taint nodes node-4 dagger-ci/restoring-cache=publishing:NoSchedule-",
  ]);
});

describe("without any node", () => {
  test("a pod of its own on the support nodes is asked, with the rights of those that restore, and goes", async () => {
    place.remove();
    const RUNNERS = "runners: [{cpu: 2, memory: 8Gi, max: 4}]";
    await begin(minimal(`images: {mirror: mirror.acme.example, credentials: {mirror.acme.example: dagger-ci/registry}}\nfleets: [{name: main, seed: {publish: true}, nodes: {architecture: arm64}, ${RUNNERS}}]\n`));
    place.cluster.start = (pod) => {
      pod.status = { phase: "Pending", containerStatuses: [{ state: { waiting: { reason: "ContainerCreating" } } }] };
      setTimeout(() => (pod.status = running()), 500);
    };
    expect(await place.start([]).ended).toEqual({
      status: 0,
      stderr:
        "No pod cache-seed runs: asking from a pod of its own, dagger-main/cache-look.\n    pod dagger-main/cache-look does not run yet: ContainerCreating\n",
      stdout: "fleet main: publishes, at most every 6h; new nodes restore its own seeds within 2m\n    no node at the moment\n    no seed yet\n",
    });
    const [made] = place.cluster.made;
    expect([made!.metadata.labels, made!.spec as object, place.cluster.pods, place.calls()[0]]).toEqual([
      { "app.kubernetes.io/name": "cache-look", "app.kubernetes.io/part-of": "dagger-ci" },
      expect.objectContaining({
        serviceAccountName: "cache-seed",
        nodeSelector: { "support-node": "true" },
        tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }],
        restartPolicy: "Never",
        imagePullSecrets: [{ name: "registry-credentials" }],
        containers: [
          expect.objectContaining({ image: expect.stringMatching(/^mirror\.acme\.example\/restic\/restic:/) as string, env: expect.arrayContaining([{ name: "AWS_DEFAULT_REGION", value: "eu-west-1" }]) as object }),
        ],
      }),
      [],
      expect.stringMatching(/aarch64\/<this> snapshots/),
    ]);
  });

  test("that pod goes, too, at an interrupt", async () => {
    const asks = new Promise<void>((begun) => {
      place.cluster.exec = () => {
        begun();
        return new Promise(() => undefined);
      };
    });
    const { kill, ended } = place.start([]);
    await asks;
    expect(place.cluster.pods).toHaveLength(1);
    kill("SIGTERM");
    const { status, stderr } = await ended;
    expect([status, stderr.split("\n").at(-2), place.cluster.pods]).toEqual([143, "Interrupted.", []]);
  });

  test("one that fails, or that somebody deletes, is told, and the rest is shown", async () => {
    place.cluster.start = (pod) => (pod.status = { phase: "Failed", reason: "Evicted" });
    const { status, stdout } = await place.start([]).ended;
    expect([status, stdout, place.cluster.pods]).toEqual([1, expect.stringContaining("    pod dagger-main/cache-look failed: Evicted\n\nfleet pr: "), []]);
    place.cluster.start = (pod) => setTimeout(() => (place.cluster.pods = place.cluster.pods.filter((one) => one !== pod)), 10);
    expect((await place.start([]).ended).stdout).toContain("    pod dagger-main/cache-look was deleted before it ran\n");
  });
});

describe("what goes wrong is told beside what is known", () => {
  beforeEach(() => place.node("node-a", "main", undefined));

  test.each<[string, () => void, string]>([
    ["restic fails", () => place.resticFails("snapshots", "trying again\nFatal: Access Denied\n"), "cannot read the seeds in s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64/<this>: restic ended with 11; Fatal: Access Denied"],
    ["restic answers nonsense", () => (place.cluster.exec = () => Promise.resolve({ code: 0, stdout: "hello" })), "cannot read the seeds in s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64/<this>: restic answered hello"],
    ["S3 does not answer", () => (place.cluster.exec = () => Promise.resolve({ code: 137, stderr: "Load(config) returned error, retrying" })), "cannot read the seeds in s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64/<this>: no answer within 60 s; Load(config) returned error, retrying"],
    ["the pod goes half-way", () => (place.cluster.exec = () => Promise.resolve("broken")), "pod seed-node-a went, or the connection to it broke, before its command had ended"],
    ["nobody may run commands", () => (place.cluster.refusals = { EXEC: [403, ""] }), "cannot run a command in pod seed-node-a: no right to: it takes get and create on pods/exec in namespace dagger-main"],
    ["the pod went before", () => (place.cluster.refusals = { EXEC: [404, ""] }), "cannot run a command in pod seed-node-a: it is not there any more"],
    ["it is not deployed", () => (place.cluster.daemonSets = []), "Its seeds are not deployed: apply the dagger stack"],
  ])("%s", async (_what, breakIt, says) => {
    breakIt();
    const { status, stdout, stderr } = await place.start([]).ended;
    expect([status, stderr, stdout.split("\n")]).toEqual([1, "", expect.arrayContaining([`    ${says}`, expect.stringMatching(/^fleet pr: /)])]);
  });
});

describe("it ends with a sentence", () => {
  test.each<[string, () => void, string]>([
    ["without rights", () => (place.cluster.refusals = { "GET /api/v1/nodes": [403, 'nodes is forbidden: User "u" cannot list resource "nodes"'] }), 'cannot list nodes: <server> answers 403: nodes is forbidden: User "u" cannot list resource "nodes"\n'],
    ["without credentials", () => (place.cluster.refusals = { "GET /": [401, "Unauthorized"] }), "cannot list nodes: <server> does not know these credentials. Log in and set AWS_PROFILE, or run aws eks update-kubeconfig again\n"],
  ])("%s", async (_what, breakIt, says) => {
    breakIt();
    expect(await place.start([]).ended).toEqual({ status: 1, stdout: "", stderr: says });
  });

  test("without a kubeconfig, or a cluster that answers", async () => {
    expect((await place.start([], "").ended).stderr).toMatch(/^no cluster to look at: .*Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG\.\n$/);
    const dead = place.cluster.kubeconfig();
    place.cluster.close();
    expect((await place.start([], dead).ended).stderr).toMatch(/^cannot list nodes: <server>: connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/);
  });

  test("where no fleet has seeds", async () => {
    place.remove();
    await begin(minimal());
    expect(await place.start([]).ended).toEqual({ status: 1, stdout: "", stderr: "no fleet has `seed`: no cache outlives its node. docs/seeds.md tells how to have it.\n" });
  });
});
