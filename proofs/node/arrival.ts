import { setTimeout as sleep } from "node:timers/promises";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { versions } from "../../modules/facts/versions";
import { PRE_PULL } from "../../modules/contract/pre-pull";
import { apply } from "../cluster/rig";
import { ended, until } from "./cluster";
import { job, jobOf } from "./job";
import { readyEngine, type Scene } from "./scene";

/** A node comes without its array, a runner waits on it; then the array is there. */
export async function arrival(scene: Scene): Promise<object> {
  const { node, namespace, rendered, engines, runner, check } = scene;
  await apply(...rendered.first);
  await apply(...rendered.engine, ...rendered.images);
  const { found: waiting } = await until("the engine's pod", async () => (await namespace.pods(engines))[0]);
  await until("its event", async () => ((await namespace.events(waiting.metadata.name)).includes("FailedMount") ? true : undefined));
  await namespace.runner("early", runner, job("early", 0));
  const init = await until("the runner's init container", async () => ((await namespace.pod("early"))?.status?.initContainerStatuses?.[0]?.state.running ? true : undefined));
  await sleep(10_000);
  const [engine] = await namespace.pods(engines);
  const events = await namespace.events(engine!.metadata.name);
  check("without the array the engine does not start, and says why", engine!.status?.containerStatuses?.[0]?.containerID === undefined && /FailedMount: .*k8s-disks\/0 is not a directory/.test(events), events);
  check("nothing is made where the array should be", node.run("ls", "-A", "/mnt") === "");
  check("a runner waits meanwhile in its init container", (await namespace.pod("early"))?.status?.initContainerStatuses?.[0]?.state.running !== undefined);

  const given = Date.now();
  node.giveArray();
  const came = await readyEngine(scene);
  check("when the array comes the engine starts by itself", came.found.metadata.uid === engine!.metadata.uid && came.found.status?.containerStatuses?.[0]?.restartCount === 0, came.found);
  const early = await jobOf(namespace, "early");
  check("and the runner that waited runs its job", early.exitCode === 0 && early.output !== undefined, early.log);

  const { socketDirectory } = fleetContract(rendered.fleet);
  const socket = node.run("stat", "-c", "%a %g %F", `${socketDirectory}/engine.sock`, socketDirectory);
  check("on the node the socket is for group 1001, in a folder that everybody may enter", socket === "660 1001 socket\n755 0 directory\n" || socket === "660 1001 socket\n755 1001 directory\n", socket);
  check("the cache is on the array", node.run("ls", "/mnt/k8s-disks/0/dagger").includes("dagql-cache.db"));

  const [images] = await namespace.pods(`app.kubernetes.io/name=${PRE_PULL}`);
  const pulled = await namespace.events(images!.metadata.name);
  const runnerEvents = await namespace.events("early");
  check("the image of runners was pulled by the pod that is there for it", pulled.includes(`Successfully pulled image "${versions.runnerImage}"`), pulled);
  check("and no runner pulls it again", runnerEvents.includes(`Container image "${versions.runnerImage}" already present`), runnerEvents);
  return {
    initContainerStarted: init.seconds,
    arrayToReadyEngine: came.seconds,
    arrayToEndOfWaitingJob: Math.round((Date.parse(ended(early.pod)!.finishedAt) - given) / 1000),
  };
}
