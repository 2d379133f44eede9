import { setTimeout as sleep } from "node:timers/promises";
import { apply, kubectl } from "../cluster/rig";
import { seconds } from "../report/steps";
import { isReady, until } from "./cluster";
import { job, jobOf, jobRuns } from "./job";
import { readyEngine, type Scene } from "./scene";

/** A changed setting reaches the engine while a job runs on it. */
export async function rollout(scene: Scene): Promise<object> {
  const { namespace, changed, engines, runner, check } = scene;
  const { found: old } = await readyEngine(scene);
  await namespace.runner("before", runner, job("rollout", 40));
  await jobRuns(namespace, "before");
  const start = performance.now();
  await apply(...changed.engine);
  await until("the old engine's end", async () => ((await namespace.pod(old.metadata.name))?.metadata.deletionTimestamp === undefined ? undefined : true));
  await namespace.runner("meanwhile", runner, job("rollout", 40));
  const before = await jobOf(namespace, "before");
  const jobEnded = seconds(start);
  check("a rollout lets the running job end", before.exitCode === 0 && before.output !== undefined, before.log);
  check("the engine is there until then", (await namespace.pods(engines)).some(({ metadata }) => metadata.uid === old.metadata.uid));
  const next = await readyEngine(scene, old);
  const replaced = seconds(start);
  const meanwhile = await jobOf(namespace, "meanwhile");
  check("a job that came meanwhile runs on the new engine, with the old one's cache", meanwhile.exitCode === 0 && meanwhile.output === before.output, meanwhile.log);
  const config = await namespace.exec(next.found.metadata.name, "cat /etc/dagger/engine.json");
  check("the new engine has the new setting", config.includes('"logLevel":"debug"'), config);
  return { jobEndedAfter: jobEnded, newEngineReadyAfter: replaced };
}

/** `kubectl drain` while jobs run: one whose size lets it end, one whose size does not. */
export async function drain({ node, namespace, engines, runner, patient, check }: Scene): Promise<object> {
  await namespace.runner("patient", patient, job("patient", 30));
  await namespace.runner("cancelled", runner, job("cancelled", 30));
  await Promise.all(["patient", "cancelled"].map((name) => jobRuns(namespace, name)));
  const [before] = await namespace.pods(engines);
  // A drained pod goes when it has ended: its job is looked at on the way.
  const last = { patient: "", cancelled: "" };
  const start = performance.now();
  const drained = kubectl(["drain", node.settings.name, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=180s"]);
  const looks = new AbortController();
  const looked = (async () => {
    while (!looks.signal.aborted) {
      for (const name of ["patient", "cancelled"] as const) last[name] = (await namespace.logs(name, "runner").catch(() => undefined)) ?? last[name];
      await sleep(500);
    }
  })();
  await drained;
  looks.abort();
  await looked;
  const took = seconds(start);
  const finished = (log: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.test(log);
  check("kubectl drain waits for a job whose size lets jobs end (finishJobs)", finished(last.patient), last.patient);
  check("without it the job is cancelled", !finished(last.cancelled), last.cancelled);
  const [after] = await namespace.pods(engines);
  check("the engine stays on the drained node", after?.metadata.uid === before?.metadata.uid && isReady(after!), after);
  await kubectl(["uncordon", node.settings.name]);
  return { seconds: took };
}

/** The kubelet, and then containerd, end under a job and come again. */
export async function restarts(scene: Scene): Promise<object> {
  const { node, namespace, runner, check } = scene;
  const { found: engine } = await readyEngine(scene);
  await namespace.runner("restarts", runner, job("restarts", 25));
  await jobRuns(namespace, "restarts");
  node.end("kubelet");
  await sleep(5000);
  node.end("containerd");
  const { exitCode, output, log } = await jobOf(namespace, "restarts");
  check("a job outlives the end of kubelet and containerd", exitCode === 0 && output !== undefined, log);
  const { found: same } = await readyEngine(scene);
  check("and so does the engine", same.metadata.uid === engine.metadata.uid && same.status?.containerStatuses?.[0]?.restartCount === engine.status?.containerStatuses?.[0]?.restartCount, same);
  return {};
}

/** The engine is killed under a job. */
export async function kill(scene: Scene): Promise<object> {
  const { node, namespace, runner, check } = scene;
  await namespace.runner("cached", runner, job("cached", 0));
  const cached = await jobOf(namespace, "cached");
  await namespace.runner("killed", runner, job("killed", 120));
  await jobRuns(namespace, "killed");
  const restarts = async () => (await readyEngine(scene)).found.status?.containerStatuses?.[0]?.restartCount ?? 0;
  const before = await restarts();
  const start = performance.now();
  node.run("pkill", "-KILL", "-x", "dagger-engine");
  const killed = await jobOf(namespace, "killed");
  const heard = seconds(start);
  check("a job hears that its engine was killed, and fails", killed.exitCode !== 0, killed.log);
  await until("its next start", async () => ((await restarts()) > before ? true : undefined));
  const ready = seconds(start);
  await namespace.runner("again", runner, job("cached", 0));
  const again = await jobOf(namespace, "again");
  check("the next engine answers, with an empty cache", again.exitCode === 0 && again.output !== undefined && again.output !== cached.output, again.log);
  return { jobFailedAfter: heard, engineReadyAfter: ready };
}
