import { setTimeout as sleep } from "node:timers/promises";
import { kubectl } from "../karpenter/rig";
import { isReady, until } from "./cluster";
import { job, jobRuns } from "./job";
import { readyEngine, type Scene } from "./scene";

/** Others fill the disk until the kubelet must put somebody out. */
export async function pressure(scene: Scene): Promise<object> {
  const { node, namespace, engines, runner, check } = scene;
  const { found: engine } = await readyEngine(scene);
  await namespace.runner("crowded", runner, job("crowded", 300));
  await jobRuns(namespace, "crowded");
  const filler = "/mnt/k8s-disks/0/filler";
  node.run("sh", "-c", 'fallocate -l "$(df --output=avail -B1 /mnt/k8s-disks/0 | awk "NR == 2 { printf \\"%d\\", \\$1 - 1e10 }")" "$1"', "sh", filler);
  const { seconds } = await until("an eviction", async () => {
    const runnerPod = await namespace.pod("crowded");
    const [enginePod] = await namespace.pods(engines);
    return runnerPod?.status?.reason === "Evicted" || enginePod?.metadata.uid !== engine.metadata.uid || enginePod?.status?.reason === "Evicted" ? true : undefined;
  });
  const [enginePod] = await namespace.pods(engines);
  const crowded = await namespace.pod("crowded");
  check("on a full disk a runner goes before the engine", crowded?.status?.reason === "Evicted" && enginePod?.metadata.uid === engine.metadata.uid && isReady(enginePod!), { crowded: crowded?.status, engine: enginePod?.status });
  node.run("rm", filler);
  await until("the disk's relief", async () => ((await kubectl(["get", "node", node.settings.name, "-o", "jsonpath={.status.conditions[?(@.type=='DiskPressure')].status}"])) === "False" ? true : undefined));
  await sleep(1000);
  const { found: after } = await readyEngine(scene);
  check("and the engine is the same afterwards", after.metadata.uid === engine.metadata.uid && after.status?.containerStatuses?.[0]?.restartCount === engine.status?.containerStatuses?.[0]?.restartCount, after);
  return { runnerOutAfter: seconds };
}
