import { create, kubectl } from "../cluster/rig";
import { isTrue, type KubeObject } from "../cluster/objects";
import { seconds, until as waited } from "../report/steps";

/** A pod as far as the proof looks at it. */
export interface Pod extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly creationTimestamp: string };
  readonly status?: KubeObject["status"] & {
    readonly reason?: string;
    readonly podIP?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}
interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly terminated?: { readonly exitCode: number; readonly startedAt: string; readonly finishedAt: string };
  };
}

/** Seconds until something is there, and what that is. */
export async function until<T>(what: string, look: () => Promise<T | false | undefined>, patience = 180): Promise<{ readonly found: T; readonly seconds: number }> {
  const start = performance.now();
  const found = await waited(what, patience, look, 300);
  return { found, seconds: seconds(start) };
}

/** The namespace of a fleet in the cluster. */
export class Namespace {
  constructor(readonly name: string) {}

  async pods(selector: string): Promise<Pod[]> {
    const text = await kubectl(["get", "pods", "-n", this.name, "-l", selector, "-o", "json"]);
    return (JSON.parse(text) as { items: Pod[] }).items;
  }

  async pod(name: string): Promise<Pod | undefined> {
    const text = await kubectl(["get", "pod", name, "-n", this.name, "--ignore-not-found", "-o", "json"]);
    return text === "" ? undefined : (JSON.parse(text) as Pod);
  }

  /** What is said of a pod, a line for each reason and message. */
  async events(pod: string): Promise<string> {
    return kubectl(["get", "events", "-n", this.name, "--field-selector", `involvedObject.name=${pod}`, "-o", "jsonpath={range .items[*]}{.reason}: {.message}{\"\\n\"}{end}"]);
  }

  /** Runs a shell text in a container of a pod. */
  exec = (pod: string, script: string): Promise<string> => kubectl(["exec", "-n", this.name, pod, "--", "sh", "-c", script]);

  logs = (pod: string, container: string): Promise<string> => kubectl(["logs", "-n", this.name, pod, "-c", container]);

  delete = (pod: string): Promise<string> => kubectl(["delete", "pod", pod, "-n", this.name, "--wait=false"]);

  /** A runner as ARC makes one of its set's template: its job is in a secret of its own, where GitHub's configuration is. */
  async runner(name: string, template: KubeObject, job: string): Promise<void> {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: this.name }, stringData: { jitToken: Buffer.from(job).toString("base64") } };
    const token = { name: "ACTIONS_RUNNER_INPUT_JITCONFIG", valueFrom: { secretKeyRef: { name, key: "jitToken" } } };
    const spec = template.spec as unknown as { readonly containers: readonly { readonly env: readonly object[] }[] };
    const containers = spec.containers.map((container) => ({ ...container, env: [...container.env, token] }));
    await create(secret, { ...template, apiVersion: "v1", kind: "Pod", metadata: { ...template.metadata, name, namespace: this.name, labels: { proof: "runner" } }, spec: { ...spec, containers } });
  }
}

export const isReady = (pod: Pod): boolean => isTrue(pod, "Ready");

/** The end of a runner's container. */
export const ended = ({ status }: Pod) => status?.containerStatuses?.find(({ name }) => name === "runner")?.state.terminated;
