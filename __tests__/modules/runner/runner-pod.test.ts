import type { ChildProcess } from "node:child_process";
import { commandAt } from "../../support/shell-texts";
import { ended, Pod, shells, testInNamespaces } from "../../support/shells";
import { minimal, synthesize } from "../../support/project";

const hook = impatient(
  commandAt(
    synthesize(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1, finishJobs: true}]}]")).stacks.dagger,
    "containers[runner].lifecycle.preStop.exec.command",
  ),
);
/** Looks five times a second instead of once in five seconds. */
function impatient([shell, flag, text]: readonly string[]) {
  return [shell!, flag!, `sleep() { /bin/sleep 0.2; }; ${text!}`];
}

let pod: Pod;
beforeEach(async () => (pod = await Pod.start()));
afterEach(() => pod.stop());

describe.each(shells.slice(0, 1))("in $name, as in the runner's image", (shell) => {
  testInNamespaces("without a job the runner stops at once: the hook does not wait for itself", async () => {
    expect((await ended(pod.spawn(shell, hook))).status).toBe(0);
  }, 20_000);

  testInNamespaces("with a job it waits for the worker's end, and not for other processes", async () => {
    const listener = pod.spawn(shell, [process.execPath, "-e", "process.stdin.resume()", "/home/runner/bin/Runner.Listener"]);
    const worker: ChildProcess = pod.spawn(shell, [process.execPath, "-e", "process.stdin.resume()", "/home/runner/bin/Runner.Worker"]);
    await new Promise((resolve) => worker.once("spawn", resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const waiting = pod.spawn(shell, hook);
    const stopped = ended(waiting);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(waiting.exitCode).toBeNull();
    worker.stdin!.end();
    expect((await stopped).status).toBe(0);
    listener.stdin!.end();
  }, 20_000);
});
