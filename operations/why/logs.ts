import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { answered } from "../kubernetes/answered";
import type { Known } from "./reason";

const LINES = 500;

/** Looks into the ends of logs. One that cannot be read says nothing: whoever asks names it. */
export function logReader(kubeConfig: KubeConfig): Known["logged"] {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  return async (pods, container, pattern) => {
    const logs = await Promise.all(
      pods.map(({ metadata: { name, namespace = "" } }) => answered(`read the log of ${name}`, core.readNamespacedPodLog({ name, namespace, container, tailLines: LINES })).catch(() => undefined)),
    );
    return logs.flatMap((log) => (log ?? "").split("\n")).flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1);
  };
}
