import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RAID_MOUNT } from "../../modules/contract/fleet-contract";
import { isReady, until } from "./cluster";
import { job, jobRuns } from "./job";
import { readyEngine, type Scene } from "./scene";

/** Less than a tenth, at which the kubelet acts. */
const LEFT_BYTES = 10e9;

/** The kubelet looks each ten seconds whether it must put out another. */
const WATCHED_SECONDS = 30;

/** Others fill the disk until the kubelet must put somebody out. */
export async function pressure(scene: Scene): Promise<object> {
  const { node, namespace, engines, runner, check } = scene;
  const { found: engine } = await readyEngine(scene);
  await namespace.runner("crowded", runner, job("crowded", 300));
  await jobRuns(namespace, "crowded");
  const filler = join(RAID_MOUNT, "filler");
  const [available] = /\d+/.exec(node.run("df", "--output=avail", "-B1", RAID_MOUNT))!;
  node.run("fallocate", "-l", String(Number(available) - LEFT_BYTES), filler);
  const { seconds } = await until("an eviction", async () => {
    const runnerPod = await namespace.pod("crowded");
    const [enginePod] = await namespace.pods(engines);
    return runnerPod?.status?.reason === "Evicted" || enginePod?.metadata.uid !== engine.metadata.uid || enginePod?.status?.reason === "Evicted" ? true : undefined;
  });
  const [enginePod] = await namespace.pods(engines);
  const crowded = await namespace.pod("crowded");
  check("on a full disk a runner goes before the engine", crowded?.status?.reason === "Evicted" && enginePod?.metadata.uid === engine.metadata.uid && isReady(enginePod!), { crowded: crowded?.status, engine: enginePod?.status });
  node.run("rm", filler);
  await sleep(WATCHED_SECONDS * 1000);
  const { found: after } = await readyEngine(scene);
  check("and the engine is the same afterwards", after.metadata.uid === engine.metadata.uid && after.status?.containerStatuses?.[0]?.restartCount === engine.status?.containerStatuses?.[0]?.restartCount, after);
  return { runnerOutAfter: seconds };
}
