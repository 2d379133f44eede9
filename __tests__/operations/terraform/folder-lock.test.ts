import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { builtCommands } from "../../support/commands";
import { sleep, until, Workplace } from "../../support/interrupted";
import { PROJECT } from "../../support/project";
import { thisProcess } from "../../../operations/terraform/processes";

jest.setTimeout(60_000);
const built = builtCommands();
let it: Workplace;
beforeEach(() => (it = new Workplace(built)));
afterEach(() => it.remove());

const DEPLOY = ["network", "--no-synth", "--yes"];
const lock = () => join(it.directory, "cdktf.out/in-use.json");
const owner = (more: object = {}) =>
  writeFileSync(lock(), JSON.stringify({ ...thisProcess(), id: "x", command: "npm run deploy", host: hostname(), since: "2026-10-08T10:00:00.000Z", ...more }));
/** The step with which a workflow waits for the Terraform of a command that GitHub killed. */
const workflow = parse(readFileSync(join(PROJECT, ".github/workflows/deploy-stack.yml"), "utf8")) as {
  jobs: { apply: { steps: { name?: string; if?: string; run?: string }[] } };
};
const waitStep = workflow.jobs.apply.steps.find((step) => step.if === "always()")!.run!;
const GONE = { pid: 2 ** 22 - 1, start: "1" };

test("nobody else works in a folder while a deploy does: neither stacks nor plans are replaced", async () => {
  const template = join(it.directory, "cdktf.out/stacks/cluster/cdk.tf.json");
  const before = readFileSync(template, "utf8");
  const running = it.start("deploy", DEPLOY, { SLOW_HOLD: "1" });
  await it.made(3);
  writeFileSync(join(it.directory, "dagger-ci.yaml"), readFileSync(join(it.directory, "dagger-ci.yaml"), "utf8").replace("dagger-ci\n", "another\n"));
  const others = [it.start("plan"), it.start("deploy", ["--yes"]), it.start("destroy", ["--yes"]), it.start("upgrade", ["--yes"]), it.start("review")];
  others.push(it.run(process.execPath, [join(built, "main.js")]));
  for (const other of others) {
    expect(await other.ended).toBe(1);
    expect(other.said()).toMatch(/^npm run deploy \(process \d+, since \S+\) works in cdktf\.out: wait for it, or use another folder: CDKTF_OUTDIR=cdktf\.out-2\n$/);
  }
  expect(readFileSync(template, "utf8")).toBe(before);
  it.finish();
  expect(await running.ended).toBe(0);
  expect(existsSync(lock())).toBe(false);
});

test("a Terraform that outlived its command keeps the folder; then the lock is stale and what was private goes", async () => {
  const running = it.start("deploy", DEPLOY, { SLOW_HOLD: "1" });
  await it.made(3);
  running.child.kill("SIGKILL");
  await running.ended;
  const second = it.start("deploy", DEPLOY);
  expect(await second.ended).toBe(1);
  expect(second.said()).toMatch(/was killed, but its Terraform \(process \d+\) still works in cdktf\.out and saves what it does: wait for it\. To stop it in order: kill -INT \d+/);
  const waiting = it.run("bash", ["-ec", waitStep]);
  expect(await Promise.race([waiting.ended, sleep(1500)])).toBeUndefined();
  it.finish();
  await until(() => it.lines("state").length === 25);
  expect(await waiting.ended).toBe(0);
  expect(readdirSync(join(it.directory, "cdktf.out")).some((name) => name.startsWith("private-"))).toBe(true);
  await until(() => !it.lines("lock").length);
  const third = it.start("deploy", DEPLOY);
  expect(await third.ended).toBe(0);
  expect(readdirSync(join(it.directory, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
});

test.each<[string, object, RegExp | undefined]>([
  ["of a process that is gone: stale", GONE, undefined],
  ["of a process whose number another one has now: stale", { start: "1" }, undefined],
  ["of a process that runs", {}, /^npm run deploy \(process \d+, since 2026-10-08T10:00:00\.000Z\) works in cdktf\.out: wait for it/],
  ["of another machine: it cannot be known", { ...GONE, host: "elsewhere" }, /\(process \d+ on elsewhere, since .*\) works in cdktf\.out.* If it does not run any more, delete cdktf\.out\/in-use\.json/],
  ["of a Terraform that runs on", { ...GONE, terraform: thisProcess() }, /but its Terraform \(process \d+\) still works/],
])("a lock %s", async (_what, more, refusal) => {
  owner(more);
  const plan = it.start("plan", ["network", "--no-synth"]);
  expect(await plan.ended).toBe(refusal === undefined ? 2 : 1);
  if (refusal !== undefined) expect(plan.said()).toMatch(refusal);
  expect(existsSync(lock())).toBe(refusal !== undefined);
});

test("a lock that cannot be read is no stack trace", async () => {
  writeFileSync(lock(), "{");
  const plan = it.start("plan", ["network", "--no-synth"]);
  expect(await plan.ended).toBe(1);
  expect(plan.said()).toBe("cdktf.out/in-use.json cannot be read: if no command works in cdktf.out, delete that file\n");
});

test("of many that find a stale lock at once, one at a time works", async () => {
  owner(GONE);
  const running = Array.from({ length: 6 }, () => it.start("deploy", DEPLOY, { SLOW_HOLD: "1" }));
  let refused = 0;
  for (const { ended } of running) void ended.then((code) => (refused += code === 1 ? 1 : 0));
  await until(() => refused === 5);
  it.finish();
  const codes = await Promise.all(running.map(({ ended }) => ended));
  expect(codes.filter((code) => code === 0)).toHaveLength(1);
  expect(codes.filter((code) => code === 1)).toHaveLength(5);
  expect(it.lines("made")).toHaveLength(25);
  expect(existsSync(lock())).toBe(false);
});

test("a bad configuration takes no folder", async () => {
  writeFileSync(join(it.directory, "dagger-ci.yaml"), "name: x\n");
  mkdirSync(join(it.directory, "empty"));
  const plan = it.run(process.execPath, [join(built, "commands/plan.js")], { CDKTF_OUTDIR: "empty/out" });
  expect(await plan.ended).toBe(1);
  expect(readdirSync(join(it.directory, "empty"))).toEqual([]);
});
