import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, ended, nodeNamed, Pod, shells, testInNamespaces, type Shell } from "../../support/shells";
import { commandAt } from "../../support/shell-texts";
import { minimal, synthesize } from "../../support/project";

/** A server that takes connections and keeps them, under the engine's name: Node 24 would name its main thread otherwise. */
const ENGINE = nodeNamed("dagger-engine");
const server = (socket: string) => `process.title = "dagger-engine"; require("net").createServer((c) => c.on("error", () => 0).resume()).listen("${socket}")`;
/** A client that says when it is connected, and leaves when its input ends. */
const client = (socket: string) =>
  `require("net").connect("${socket}").on("connect", () => console.log()); process.stdin.on("end", () => process.exit()).resume()`;

let folder: string;
let socket: string;
let pods: Pod[];
let clock: Clock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drain-"));
  socket = join(folder, "engine.sock");
  pods = [];
  clock = new Clock();
});
afterEach(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  rmSync(folder, { recursive: true });
});

/** Waits while the hook has slept for so many seconds more. */
const passed = async (seconds: number) => {
  const start = clock.seconds();
  await until(() => clock.seconds() >= start + seconds);
};
const until = async (what: () => boolean) => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
};
async function pod() {
  const made = await Pod.start();
  pods.push(made);
  return made;
}
async function engine() {
  const made = await pod();
  made.spawn(shells[0]!, [ENGINE, "-e", server(socket)], { silent: true });
  await until(() => existsSync(socket));
  return made;
}
/** A runner's client: it is in network and PID namespaces of its own, and shares the socket's folder. */
async function runner(): Promise<ChildProcess> {
  const child = (await pod()).spawn(shells[0]!, [process.execPath, "-e", client(socket)]);
  await new Promise((resolve) => child.stdout!.once("data", resolve));
  return child;
}

const hook = (drainTimeout: string) =>
  commandAt(
    synthesize(minimal(`fleets: [{name: main, engine: {drainTimeout: ${drainTimeout}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`))
      .stacks.dagger,
    "engine.lifecycle.preStop.exec.command",
  );
const drain = (made: Pod, shell: Shell, timeout: string) => made.spawn(shell, clock.on(hook(timeout)));
const CUT = "preStop: clients are connected after";
const STAY = "preStop: clients are connected still: the engine may hang until it is killed, and lose its cache\n";

describe.each(shells)("in $name", (shell) => {
  testInNamespaces("an engine without clients stops after two looks", async () => {
    const { status, output } = await ended(drain(await engine(), shell, "1h"));
    expect({ status, output, seconds: clock.seconds() }).toEqual({ status: 0, output: "", seconds: 5 });
  });

  testInNamespaces("a runner's client holds the engine until it has left", async () => {
    const made = await engine();
    const first = await runner();
    const draining = drain(made, shell, "6h");
    const stopped = ended(draining);
    await passed(30);
    const second = await runner();
    first.stdin!.end();
    await new Promise((resolve) => first.once("close", resolve));
    await passed(60);
    expect(draining.exitCode).toBeNull();
    second.stdin!.end();
    expect((await stopped).status).toBe(0);
    expect(made.said()).toBe("");
  });

  testInNamespaces("so does a client inside the engine's pod", async () => {
    const made = await engine();
    const inside = made.spawn(shells[0]!, [process.execPath, "-e", client(socket)]);
    await new Promise((resolve) => inside.stdout!.once("data", resolve));
    const draining = drain(made, shell, "6h");
    const stopped = ended(draining);
    await passed(60);
    expect(draining.exitCode).toBeNull();
    inside.stdin!.end();
    expect((await stopped).status).toBe(0);
    expect(made.said()).toBe("");
  });

  testInNamespaces("when its time is over, it ends what pipelines run, and with them the clients", async () => {
    const made = await engine();
    const waiting = await runner();
    // A pipeline's process has a PID namespace below the engine's; at its end the client has its answer and leaves.
    const pipeline = made.spawn(shells[0]!, ["unshare", "--pid", "--fork", "sleep", "600"]);
    let cut: number | undefined;
    pipeline.once("close", () => {
      cut = clock.seconds();
      waiting.stdin!.end();
    });
    const { status } = await ended(drain(made, shell, "40s"));
    expect(status).toBe(0);
    expect(cut).toBeGreaterThanOrEqual(40);
    expect(made.said()).toBe(`${CUT} 40s; ending their pipelines\n`);
  });

  testInNamespaces("a client that stays all the same does not hold the engine for ever", async () => {
    const made = await engine();
    await runner();
    const { status } = await ended(drain(made, shell, "20s"));
    expect({ status, seconds: clock.seconds() }).toEqual({ status: 0, seconds: 80 });
    expect(made.said()).toBe(`${CUT} 20s; ending their pipelines\n${STAY}`);
  });

  testInNamespaces("another process of the pod, or an engine inside a pipeline, is not taken for the engine", async () => {
    const made = await pod();
    made.spawn(shells[0]!, ["unshare", "--pid", "--fork", ENGINE, "-e", server(socket)]);
    await until(() => existsSync(socket));
    await runner();
    expect((await ended(drain(made, shell, "1h"))).status).toBe(0);
    expect(clock.seconds()).toBe(0);
  });
});
