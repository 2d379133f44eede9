import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, run, shells, standIns, start, ended, type Shell } from "../../support/shells";
import { commandAt, inFolder } from "../../support/shell-texts";
import { minimal, synthesize } from "../../support/project";

/** The init container of a runner of an engine of that version. */
const initContainer = (dagger: string) =>
  commandAt(
    synthesize(minimal(`fleets: [{name: main, dagger: ${dagger}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`)).stacks.dagger,
    "initContainers[dagger-cli].command",
  );

let folder: string;
const socket = () => join(folder, "engine.sock");
let clock: Clock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wait-"));
  clock = new Clock();
  writeFileSync(socket(), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const ENV = { NODE_NAME: "node-1", _EXPERIMENTAL_DAGGER_RUNNER_HOST: "unix:///run/dagger/engine.sock" };
/** A CLI whose engine answers what is said, each time it is asked the one question. */
const cli = (answer: string) =>
  standIns({
    dagger: `[ "$*" = "query --silent" ] && read -r question && [ "$question" = "{version}" ] || { echo "asked $*" >&2; exit 2; }
      tries=$(($(cat ${folder}/tries 2>/dev/null || echo 0) + 1)); echo "$tries" >${folder}/tries
      ${answer}`,
  });
const says = (version: string) => `printf '{\\n    "version": "${version}"\\n}\\n'`;
const tries = () => Number(readFileSync(join(folder, "tries"), "utf8"));
const wait = (shell: Shell, path: string) => run(shell, clock.on(inFolder(folder, initContainer("0.21.8"))), ENV, path);
/** What an engine that does not answer costs a try: seconds, then what the CLI says. */
const refused = () => `${clock.pass("30")}; echo "connection refused" >&2; exit 1`;
/** Ten minutes, and at most a pause and a try more. */
const inTime = () => {
  expect(clock.seconds()).toBeGreaterThanOrEqual(600);
  expect(clock.seconds()).toBeLessThan(600 + 30 + 30);
};

describe.each(shells)("in $name", (shell) => {
  test("a runner gets the CLI of its engine, once the engine answers", async () => {
    const path = cli(`[ "$tries" -ge 3 ] || { echo "connection refused" >&2; exit 1; }; ${says("v0.21.8")}`);
    const { status, output } = await wait(shell, path);
    expect({ status, output }).toEqual({ status: 0, output: "Dagger Engine on node-1 is ready: v0.21.8\n" });
    expect(readFileSync(join(folder, "dagger"), "utf8")).toBe(readFileSync(join(path, "dagger"), "utf8"));
    expect(tries()).toBe(3);
  });

  test("an engine that never answers is named after ten minutes, with what the CLI said", async () => {
    const { status, output } = await wait(shell, cli(refused()));
    expect(status).toBe(1);
    expect(output).toBe(
      "No Dagger Engine v0.21.8 answered on unix:///run/dagger/engine.sock within 600 s.\n" +
        "Look at the pod of DaemonSet main-engine in namespace dagger-main on node node-1.\nconnection refused\n",
    );
    inTime();
  });

  test("no engine is asked before there is a socket, so that the CLI has nothing to wait for; then it is at once", async () => {
    rmSync(socket());
    const child = start(shell, inFolder(folder, initContainer("0.21.8")), { env: ENV, path: cli(`[ -e ${socket()} ] || exit 1; ${says("v0.21.8")}`) });
    const done = ended(child);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(join(folder, "tries"))).toBe(false);
    writeFileSync(socket(), "");
    const { status, milliseconds } = await done;
    expect(status).toBe(0);
    expect(tries()).toBe(1);
    expect(milliseconds).toBeLessThan(4000);
  });

  test("where there is never a socket, the CLI says so after ten minutes", async () => {
    rmSync(socket());
    const { status, output } = await wait(shell, cli(refused()));
    expect(status).toBe(1);
    expect(output).toContain("within 600 s.\n");
    expect(tries()).toBe(1);
    inTime();
  });

  test("an engine of another version is asked seldom, and named in the end", async () => {
    const { status, output } = await wait(shell, cli(says("v0.21.7")));
    expect({ status, output }).toEqual({
      status: 1,
      output:
        "The Dagger Engine on node-1 is v0.21.7, and this runner is for v0.21.8.\n" +
        "Look at the pod of DaemonSet main-engine in namespace dagger-main on node node-1.\n",
    });
    inTime();
    expect(tries()).toBeLessThanOrEqual(600 / 15 + 1);
  });

  test("an engine that is replaced by the right one meanwhile is taken", async () => {
    const { status } = await wait(shell, cli(`if [ "$tries" -ge 2 ]; then ${says("v0.21.8")}; else ${says("v0.21.7")}; fi`));
    expect(status).toBe(0);
  });

  test("a longer version is not the right one", async () => {
    const { output } = await wait(shell, cli(`${clock.pass("60")}; ${says("v0.21.81")}`));
    expect(output).toContain("The Dagger Engine on node-1 is v0.21.81, and this runner is for v0.21.8.\n");
  });

  test("the stop signal ends it at once, in the middle of a question", async () => {
    const child = start(shell, inFolder(folder, initContainer("0.21.8")), { env: ENV, path: cli(`touch ${folder}/asked; exec /bin/sleep 20`) });
    const done = ended(child);
    while (!existsSync(join(folder, "asked"))) await new Promise((resolve) => setTimeout(resolve, 50));
    const signalled = Date.now();
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
    expect(child.exitCode).toBe(143);
    expect(Date.now() - signalled).toBeLessThan(5000);
    child.stdout!.destroy();
    child.stderr!.destroy();
    await done;
  });
});

test("a stale answer is not taken for a new one", async () => {
  writeFileSync(join(folder, "answer"), '"version": "v0.21.8"');
  const { status } = await wait(shells[0]!, cli(refused()));
  expect(status).toBe(1);
});
