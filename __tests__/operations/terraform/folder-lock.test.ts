import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { builtCommands, commandCalls } from "../../support/commands";
import { sleep, until, Workplace } from "../../support/interrupted";
import { PROJECT } from "../../support/project";
import { thisProcess } from "../../../operations/terraform/processes";

jest.setTimeout(60_000);
const built = builtCommands();
const call = commandCalls();
let it: Workplace;
beforeEach(() => (it = new Workplace(built)));
afterEach(() => it.remove());

const DEPLOY = ["network", "--no-synth", "--yes"];
const lock = () => join(it.directory, "cdktf.out/in-use.json");
/** A command of another process, which says why it does not work here, or does. */
const other = (file: string, ...args: string[]) => call(file, args, { cwd: it.directory, env: it.environment });
const refusal = (stderr: string) => ({ status: 1, stdout: "", stderr: `${stderr}\n` });
const whoHas = () => {
  const { pid, since, terraform } = JSON.parse(readFileSync(lock(), "utf8")) as { pid: number; since: string; terraform?: { pid: number } };
  return { who: `npm run deploy (process ${pid}, since ${since})`, terraform: terraform?.pid };
};
const ELSEWHERE = "works in cdktf.out: wait for it, or use another folder: CDKTF_OUTDIR=cdktf.out-2";
const outlived = (who: string, terraform: number) =>
  `${who} was killed, but its Terraform (process ${terraform}) still works in cdktf.out and saves what it does: wait for it. To stop it in order: kill -INT ${terraform}`;
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
  const { who } = whoHas();
  for (const [file, ...args] of [["plan"], ["deploy", "--yes"], ["destroy", "--yes"], ["upgrade", "--yes"], ["review"]] as const) {
    expect(await other(`commands/${file}.js`, ...args)).toEqual(refusal(`${who} ${ELSEWHERE}`));
  }
  expect(await other("main.js")).toEqual(refusal(`${who} ${ELSEWHERE}`));
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
  const { who, terraform } = whoHas();
  expect(await other("commands/deploy.js", ...DEPLOY)).toEqual(refusal(outlived(who, terraform!)));
  const waiting = it.run("bash", ["-ec", waitStep]);
  expect(await Promise.race([waiting.ended, sleep(1500)])).toBeUndefined();
  it.finish();
  await until(() => it.lines("state").length === 25);
  expect(await waiting.ended).toBe(0);
  expect(readdirSync(join(it.directory, "cdktf.out")).some((name) => name.startsWith("private-"))).toBe(true);
  await until(() => !it.lines("lock").length);
  expect((await other("commands/deploy.js", ...DEPLOY)).status).toBe(0);
  expect(readdirSync(join(it.directory, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
});

test.each<[string, object]>([
  ["of a process that is gone", GONE],
  ["of a process whose number another one has now", { start: "1" }],
])("a lock is stale: %s", async (_what, more) => {
  owner(more);
  expect((await other("commands/plan.js", "network", "--no-synth")).status).toBe(2);
  expect(existsSync(lock())).toBe(false);
});

const { pid } = thisProcess();
const SINCE = "since 2026-10-08T10:00:00.000Z";
test.each<[string, object, string]>([
  ["of a process that runs", {}, `npm run deploy (process ${pid}, ${SINCE}) ${ELSEWHERE}`],
  [
    "of another machine, of which it cannot be known",
    { ...GONE, host: "elsewhere" },
    `npm run deploy (process ${GONE.pid} on elsewhere, ${SINCE}) ${ELSEWHERE}. If it does not run any more, delete cdktf.out/in-use.json`,
  ],
  ["of a Terraform that runs on", { ...GONE, terraform: thisProcess() }, outlived(`npm run deploy (process ${GONE.pid}, ${SINCE})`, pid)],
])("a lock holds: %s", async (_what, more, says) => {
  owner(more);
  expect(await other("commands/plan.js", "network", "--no-synth")).toEqual(refusal(says));
  expect(existsSync(lock())).toBe(true);
});

test("a lock that cannot be read is no stack trace", async () => {
  writeFileSync(lock(), "{");
  expect(await other("commands/plan.js", "network", "--no-synth")).toEqual(
    refusal("cdktf.out/in-use.json cannot be read: if no command works in cdktf.out, delete that file"),
  );
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
  expect((await call("commands/plan.js", [], { cwd: it.directory, env: { ...it.environment, CDKTF_OUTDIR: "empty/out" } })).status).toBe(1);
  expect(readdirSync(join(it.directory, "empty"))).toEqual([]);
});
