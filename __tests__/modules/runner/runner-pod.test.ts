import type { ChildProcess } from "node:child_process";
import { commandAt } from "../../support/shell-texts";
import { Clock, ended, Pod, shells, testInNamespaces } from "../../support/shells";
import { minimal, synthesize } from "../../support/project";

const hook = commandAt(
  synthesize(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1, finishJobs: true}]}]")).stacks.dagger,
  "containers[runner].lifecycle.preStop.exec.command",
);
let pod: Pod;
let clock: Clock;
beforeEach(async () => {
  pod = await Pod.start();
  clock = new Clock();
});
afterEach(() => pod.stop());

describe.each(shells.slice(0, 1))("in $name, as in the runner's image", (shell) => {
  testInNamespaces("without a job the runner stops at once: the hook does not wait for itself", async () => {
    expect((await ended(pod.spawn(shell, clock.on(hook)))).status).toBe(0);
  });

  testInNamespaces("with a job it waits for the worker's end, and not for other processes", async () => {
    const listener = pod.spawn(shell, [process.execPath, "-e", "console.log(); process.stdin.resume()", "/home/runner/bin/Runner.Listener"]);
    const worker: ChildProcess = pod.spawn(shell, [process.execPath, "-e", "console.log(); process.stdin.resume()", "/home/runner/bin/Runner.Worker"]);
    await Promise.all([listener, worker].map((child) => new Promise((resolve) => child.stdout!.once("data", resolve))));
    const waiting = pod.spawn(shell, clock.on(hook));
    const stopped = ended(waiting);
    while (clock.seconds() < 60) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(waiting.exitCode).toBeNull();
    worker.stdin!.end();
    expect((await stopped).status).toBe(0);
    listener.stdin!.end();
  });
});
