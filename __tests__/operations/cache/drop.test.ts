import { SeededCluster, snapshot } from "../../support/seeded-cluster";

let place: SeededCluster;
beforeEach(async () => {
  place = new SeededCluster();
  await place.cluster.listen();
  place.seeds("this", snapshot(1, 7200, 3_210_000_000, "whole", "on:node-a"), snapshot(2, 3700, 9, "fresh"));
  place.seeds("last", snapshot(3, 90_000, 45_000_000, "whole", "on:node-b"));
});
afterEach(() => place.remove());

const REPOSITORY = "s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64";
const drop = (...args: string[]) => place.start(["--drop", "main", ...args]).ended;

test("it says what goes, forgets all of it, and prunes, in a pod that may write", async () => {
  place.node("node-reads", "pr", undefined);
  place.node("node-a", "main", undefined);
  expect(await drop("--yes")).toEqual({
    status: 0,
    stderr: "",
    stdout: `\
This drops all seeds of fleet main for Dagger 0.21.9:
    <time>  1h old  0.0 MB   Dagger 0.21.9  x86_64  not whole: being published, or broken off
    <time>  2h old  3.2 GB   Dagger 0.21.9  x86_64  from node-a
    <time>  1d old  45.0 MB  Dagger 0.21.9  x86_64  from node-b
New nodes begin with an empty cache until a node publishes again. What runs keeps its own.
0.21.9/x86_64/<this>: 2 seeds are gone, 3.2 GB of the bucket
0.21.9/x86_64/<last>: 1 seed is gone, 3.2 GB of the bucket
`,
  });
  const id = (digit: number) => String(digit).repeat(64);
  expect([place.calls(), new Set(place.cluster.executed.map(({ pod }) => pod))]).toEqual([
    [
      `${REPOSITORY}/<this> snapshots --no-lock --json`,
      `${REPOSITORY}/<last> snapshots --no-lock --json`,
      `${REPOSITORY}/<this> unlock`,
      `${REPOSITORY}/<this> forget --prune --retry-lock 2m --json ${id(2)} ${id(1)}`,
      `${REPOSITORY}/<last> unlock`,
      `${REPOSITORY}/<last> forget --prune --retry-lock 2m --json ${id(3)}`,
    ],
    new Set(["seed-node-a"]),
  ]);
});

test("those of another version, from a pod of its own", async () => {
  const { status, stdout } = await drop("--yes", "--version", "0.21.3");
  expect([status, stdout.split("\n")[1], place.calls().at(-1), place.cluster.pods]).toEqual([
    0,
    "This drops all seeds of fleet main for Dagger 0.21.3:",
    expect.stringContaining("main/0.21.3/x86_64/<last> forget --prune"),
    [],
  ]);
  expect(place.cluster.made.map(({ metadata }) => metadata.namespace)).toEqual(["dagger-main", "dagger-main"]);
});

test("nobody to be asked: nothing goes", async () => {
  place.node("node-a", "main", undefined);
  const { status, stderr } = await drop();
  expect([status, stderr, place.calls().filter((call) => !call.includes("snapshots"))]).toEqual([1, "nobody is here to be asked: pass --yes to go on\n", []]);
});

test("nothing there", async () => {
  place.node("node-a", "main", undefined);
  place.seeds("this");
  place.seeds("last");
  expect(await drop("--yes")).toEqual({ status: 0, stderr: "", stdout: "There are no seeds of fleet main for Dagger 0.21.9.\n" });
});

test.each([
  ["snapshots", "cannot read the seeds in s3:https://s3.eu-west-1.amazonaws.com/seeds/dagger-ci/main/0.21.9/x86_64/<this>"],
  ["unlock", "cannot drop the seeds in 0.21.9/x86_64/<this>"],
  ["forget", "cannot drop the seeds in 0.21.9/x86_64/<this>"],
])("restic fails at %s: its reason is told", async (verb, what) => {
  place.node("node-a", "main", undefined);
  place.resticFails(verb, '{"message_type":"exit_error","code":11,"message":"unable to create lock:\\nalready locked"}\n');
  const { status, stderr } = await drop("--yes");
  expect([status, stderr]).toEqual([1, `${what}: restic ended with 11; unable to create lock: already locked\n`]);
});

test.each<[string, string[], string]>([
  ["a fleet that only restores", ["--drop", "pr"], "fleet pr does not publish (`seed.publish` is false), and its nodes have no right to write seeds. It restores the seeds of fleet main: npm run cache -- --drop main"],
  ["no version", ["--drop", "main", "--version", "../x"], "--version ../x: a Dagger version such as 0.21.9, together with --drop"],
  ["a version alone", ["--version", "0.21.3"], "--version 0.21.3: a Dagger version such as 0.21.9, together with --drop"],
])("refused before the cluster is asked: %s", async (_what, args, says) => {
  const { status, stderr } = await place.start(args).ended;
  expect([status, stderr, place.cluster.requests]).toEqual([1, `${says}\n`, []]);
});

test("before the stack is applied there is nothing to drop", async () => {
  place.cluster.daemonSets = [];
  expect((await drop("--yes")).stderr).toBe("the seeds of fleet main are not deployed: apply the dagger stack\n");
});
