import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "./objects";
import { kubectl } from "./rig";
import type { GitHub } from "./github";

/** From a job's queueing to what became of it, in seconds. */
export interface Wait {
  readonly job: number;
  readonly pod: number;
  readonly node: number;
  readonly running: number;
  readonly name: string;
  readonly nodeName: string;
}

const RUNNER_PODS = ["get", "pods", "-A", "-l", "actions-ephemeral-runner=True", "-o", "json"];
export const runnerPods = async (): Promise<KubeObject[]> => (JSON.parse(await kubectl(RUNNER_PODS)) as { items: KubeObject[] }).items;

/** Queues jobs and waits until each runs; what came when is seen by looks, about three a second. */
export async function queued(github: GitHub, scaleSet: string, count: number, seconds: number, patience = 240): Promise<Wait[]> {
  const before = new Set((await runnerPods()).map(({ metadata }) => metadata.uid));
  const since = performance.now();
  const ids = await github.queue(scaleSet, count, seconds);
  const first = new Map<string, { pod: number; node?: number; nodeName?: string }>();
  const running = new Map<number, { at: number; runner: string }>();
  const now = () => Math.round((performance.now() - since) / 100) / 10;
  while (running.size < count) {
    if (now() > patience) throw new Error(`${running.size} of ${count} jobs of ${scaleSet} run after ${patience} s; ${first.size} pods`);
    for (const { metadata, spec } of await runnerPods()) {
      if (before.has(metadata.uid)) continue;
      const seen = first.get(metadata.name) ?? { pod: now() };
      first.set(metadata.name, spec?.nodeName !== undefined && seen.node === undefined ? { ...seen, node: now(), nodeName: spec.nodeName } : seen);
    }
    for (const { id, state, runner } of await github.jobs(ids)) {
      if (state !== "available" && state !== "assigned" && runner !== null && !running.has(id)) running.set(id, { at: now(), runner });
    }
    await sleep(200);
  }
  return [...running].map(([job, { at, runner }]) => {
    const { pod = NaN, node = NaN, nodeName = "" } = first.get(runner) ?? {};
    return { job, pod, node, running: at, name: runner, nodeName };
  });
}

/** The shortest, the median and the longest. */
export function spread(values: readonly number[]): { shortest: number; median: number; longest: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { shortest: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, longest: sorted.at(-1)! };
}
