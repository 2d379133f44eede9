import { readdirSync } from "node:fs";
import { join } from "node:path";
import { builtCommands } from "../../support/commands";
import { hasScript, sleep, until, Workplace, type Running } from "../../support/interrupted";

jest.setTimeout(60_000);
const built = builtCommands();
let it: Workplace;
beforeEach(() => (it = new Workplace(built)));
afterEach(() => it.remove());

const DEPLOY = ["network", "cluster", "--no-synth", "--yes"];
/** A Terraform that comes to no end by itself: it is always in the middle when it is interrupted. */
const HOLD = { SLOW_HOLD: "1" };
/** No lock, neither on the state nor on the folder, and no plan with secrets. */
const nothingLeft = () => {
  expect(readdirSync(it.fake)).not.toContain("lock");
  expect(readdirSync(join(it.directory, "cdktf.out")).filter((name) => !["manifest.json", "stacks"].includes(name))).toEqual([]);
};
/** What was made is in the state. */
const saved = () => {
  expect(it.lines("state")).toEqual(it.lines("made"));
  nothingLeft();
};

/** Whole lines of what a command said; what the terminal and Terraform say stands between them. */
const said = (running: Running, ...lines: string[]) => expect(running.said().split(/\r?\n/)).toEqual(expect.arrayContaining(lines));
const FIRST = "Interrupted. Terraform ends what it has begun and saves it in the state; wait for it.";
const IN_PART =
  "Interrupted: network was applied in part. The state of network has all that was made, and its lock is free. Not begun: cluster. npm run deploy goes on from there.";

const WAYS: [way: string, interrupt: (running: Running) => unknown, code: number][] = [
  ["SIGINT to Node alone", ({ child }) => child.kill("SIGINT"), 130],
  ["SIGTERM to Node alone", ({ child }) => child.kill("SIGTERM"), 143],
  ["SIGHUP to Node alone", ({ child }) => child.kill("SIGHUP"), 129],
  ["SIGINT to the process group", ({ child }) => process.kill(-child.pid!, "SIGINT"), 130],
  ["SIGTERM to the process group", ({ child }) => process.kill(-child.pid!, "SIGTERM"), 143],
  [
    "SIGINT twice at once, by the terminal and by npm",
    async ({ child }) => {
      child.kill("SIGINT");
      await sleep(100);
      child.kill("SIGINT");
    },
    130,
  ],
];
test.each(WAYS)("an apply saves what it made and deploy ends in order: %s", async (_way, interrupt, code) => {
  const running = it.start("deploy", DEPLOY, HOLD);
  await it.made(3);
  await interrupt(running);
  expect(await running.ended).toBe(code);
  saved();
  expect(it.lines("signals")).toEqual(["SIGINT"]);
  expect(it.lines("calls")).toEqual(["init", "output", "plan", "show", "apply"].map((command) => `network: ${command}`));
  said(running, FIRST, IN_PART);
});

(hasScript ? test : test.skip)("an apply saves what it made and deploy ends in order: Ctrl-C in a terminal", async () => {
  const running = it.startInTerminal("deploy", DEPLOY, HOLD);
  await it.made(3);
  running.child.stdin!.write("\x03");
  expect(await running.ended).toBe(130);
  saved();
  said(running, FIRST, IN_PART);
});

test("destroy ends in the same way", async () => {
  const running = it.start("destroy", ["--yes"], HOLD);
  await it.made(3);
  running.child.kill("SIGTERM");
  expect(await running.ended).toBe(143);
  saved();
  expect(it.lines("calls").filter((call) => call.endsWith("destroy"))).toEqual(["dagger: destroy"]);
  said(running, FIRST, "Interrupted at dagger: it was taken down in part. The state of dagger has all that was made, and its lock is free. npm run destroy goes on from there.");
});

test("a plan that holds the state's lock gives it back", async () => {
  const running = it.start("deploy", DEPLOY, { ...HOLD, SLOW_PLAN: "1" });
  await it.made(3);
  running.child.kill("SIGINT");
  expect(await running.ended).toBe(130);
  nothingLeft();
  said(running, FIRST, "Interrupted while network was planned: nothing of it was changed. Not begun: cluster. npm run deploy goes on from there.");
});

test("the second interrupt says what is at stake, the third makes Terraform give up", async () => {
  const running = it.start("deploy", DEPLOY, { ...HOLD, SLOW_TO_STOP: "60000" });
  await it.made(3);
  running.child.kill("SIGINT");
  await until(() => running.said().includes("wait for it"));
  await sleep(1100);
  running.child.kill("SIGINT");
  await until(() => running.said().includes("Interrupt once more to do that, or wait."));
  said(
    running,
    FIRST,
    "Terraform is still saving what it has made. If it is stopped now, what it is making is in no state: you have to find it in",
    "AWS and delete it by hand, and the lock on the state may stay. Interrupt once more to do that, or wait.",
  );
  expect(it.lines("signals")).toEqual(["SIGINT"]);
  await sleep(1100);
  running.child.kill("SIGINT");
  expect(await running.ended).toBe(130);
  expect(it.lines("signals")).toEqual(["SIGINT", "SIGINT"]);
  said(
    running,
    "Terraform is told to give up.",
    "Interrupted: network was applied in part. The state of network may lack what Terraform was making, and may be locked: see docs/bad-day.md, Interrupted. Not begun: cluster. npm run deploy goes on from there.",
  );
});

test("an interrupt while Terraform is slow to stop is waited for", async () => {
  const running = it.start("deploy", DEPLOY, { ...HOLD, SLOW_TO_STOP: "1500" });
  await it.made(3);
  running.child.kill("SIGINT");
  expect(await Promise.race([running.ended, sleep(1000)])).toBeUndefined();
  expect(await running.ended).toBe(130);
  saved();
});

test("Terraform goes on when its command is killed", async () => {
  const running = it.start("deploy", DEPLOY, HOLD);
  await it.made(3);
  running.child.kill("SIGKILL");
  expect(await running.ended).toBe("SIGKILL");
  it.finish();
  await until(() => it.lines("state").length === 25);
  expect(it.lines("made")).toHaveLength(25);
});

test("Terraform goes on when nobody reads any more, but no other stack is begun", async () => {
  const running = it.start("deploy", DEPLOY, HOLD);
  await it.made(3);
  running.child.stdout!.destroy();
  running.child.stderr!.destroy();
  it.finish();
  expect(await running.ended).toBe(141);
  expect(it.lines("state")).toHaveLength(25);
  expect(it.lines("calls").filter((call) => call.startsWith("cluster"))).toEqual([]);
  nothingLeft();
});

test("a Terraform that is killed is no mere failure", async () => {
  const running = it.start("deploy", DEPLOY, HOLD);
  await it.made(3);
  process.kill(Number(it.lines("lock")[0]), "SIGKILL");
  expect(await running.ended).toBe(1);
  said(
    running,
    "network was applied in part: read the error above, then deploy again. The state of network may lack what Terraform was making, and may be locked: see docs/bad-day.md, Interrupted. Not begun: cluster.",
  );
});
