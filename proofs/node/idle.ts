import { setTimeout as sleep } from "node:timers/promises";
import { kubectl } from "../cluster/rig";
import type { Scene } from "./scene";

interface Usage {
  readonly cpu?: { readonly usageCoreNanoSeconds: number; readonly time: string };
  readonly memory?: { readonly workingSetBytes: number };
}

const WATCHED_SECONDS = 60;

/** What an engine that nobody uses takes, with its probes, as the kubelet counts it. */
export async function idle({ node, namespace, engines }: Scene): Promise<object> {
  const [engine] = await namespace.pods(engines);
  const usage = async () => {
    const summary = JSON.parse(await kubectl(["get", "--raw", `/api/v1/nodes/${node.settings.name}/proxy/stats/summary`])) as { pods: (Usage & { podRef: { name: string } })[] };
    return summary.pods.find(({ podRef }) => podRef.name === engine!.metadata.name)!;
  };
  await sleep(20_000);
  const before = await usage();
  await sleep(WATCHED_SECONDS * 1000);
  const after = await usage();
  const seconds = (Date.parse(after.cpu!.time) - Date.parse(before.cpu!.time)) / 1000;
  const cores = (after.cpu!.usageCoreNanoSeconds - before.cpu!.usageCoreNanoSeconds) / 1e9 / seconds;
  return { engineCores: Number(cores.toFixed(3)), engineMib: Math.round(after.memory!.workingSetBytes / 2 ** 20) };
}
