import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandStarts, type Called } from "./commands";
import { FakeApi, type ApiObject } from "./fake-api";
import { minimal } from "./project";

const start = commandStarts();

/** Seconds after the beginning of a test's story at which each moment was. */
export interface Story {
  readonly assigned?: number;
  readonly pod?: number;
  readonly claim?: number;
  readonly launched?: number;
  readonly registered?: number;
  readonly initialised?: number;
  readonly bound?: number;
  readonly cli?: number;
  readonly engine?: number;
  readonly answered?: number;
  readonly image?: number;
  readonly started?: number;
  readonly taken?: number;
}
/** The way of a job that waits for a new node. */
export const COLD: Story = { assigned: 2, pod: 3, claim: 5, launched: 9, registered: 44, initialised: 59, bound: 58, cli: 66, engine: 71, answered: 73, image: 85, started: 86, taken: 90 };

/**
 * A cluster with jobs on their way, and the commands that look at it. Objects are as ARC 0.14.2, Karpenter 1.14.1 and
 * Kubernetes 1.34 write them, with what is looked at and what stands beside it.
 */
export class JobCluster {
  readonly api = new FakeApi();
  readonly directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  /** When the story begins, in seconds since 1970. */
  readonly began: number;

  constructor(
    readonly yaml = minimal(),
    secondsAgo = 600,
  ) {
    this.began = Math.floor(Date.now() / 1000) - secondsAgo;
  }

  at = (offset: number): string => new Date((this.began + offset) * 1000).toISOString().replace(".000Z", "Z");
  put = (...objects: ApiObject[]): void => void this.api.objects.push(...objects);

  /** A runner of a scale set with its pod, and the node that Karpenter bought for it if the story has one. */
  runner(name: string, story: Story = COLD, { set = "dagger-ci-main-2c-8g", namespace = "dagger-main", node = `node-of-${name}`, job = "build", run = 123 } = {}): void {
    const nodeName = story.bound === undefined ? undefined : node;
    this.put(this.ephemeralRunner(name, { set, namespace, story, ...(story.taken === undefined ? {} : { job, run }) }));
    if (story.claim !== undefined) this.claim(`main-${name}`, story, story.registered === undefined ? undefined : node);
    if (story.engine !== undefined) this.engine(node, story.engine, namespace);
    if (story.pod === undefined) return;
    this.put(this.pod(name, { set, namespace, story, nodeName }));
    const event = (reason: string, message: string, offset: number, more = {}) => this.podEvent(name, namespace, { reason, message, offset, ...more });
    if (story.claim !== undefined) event("Nominated", `Pod should schedule on: nodeclaim/main-${name}`, story.claim, { component: "karpenter" });
    if (story.cli !== undefined) event("Pulled", 'Container image "registry.dagger.io/engine:v0.21.9" already present on machine', story.cli - 1, { container: "dagger-cli" });
    if (story.image !== undefined) {
      event("Pulled", 'Successfully pulled image "ghcr.io/actions/actions-runner:2.336.0" in 11.2s (11.842s including waiting). Image size: 916000000 bytes.', story.image, { container: "runner" });
    }
  }

  ephemeralRunner(name: string, { set, namespace, story, job, run }: { set: string; namespace: string; story: Story; job?: string; run?: number }): ApiObject {
    return {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "EphemeralRunner",
      metadata: {
        name,
        namespace,
        uid: `uid-${name}`,
        creationTimestamp: this.at(story.assigned ?? 0),
        labels: { "actions.github.com/scale-set-name": set, "actions.github.com/scale-set-namespace": namespace, "app.kubernetes.io/component": "runner", "app.kubernetes.io/part-of": "gha-runner-scale-set" },
        finalizers: ["ephemeralrunner.actions.github.com/finalizer", "ephemeralrunner.actions.github.com/runner-registration-finalizer"],
        managedFields: [
          { manager: "manager", operation: "Update", apiVersion: "actions.github.com/v1alpha1", time: this.at(story.started ?? story.assigned ?? 0), fieldsType: "FieldsV1", subresource: "status", fieldsV1: { "f:status": { ".": {}, "f:phase": {}, "f:ready": {}, "f:runnerId": {}, "f:runnerName": {} } } },
          ...(story.taken === undefined
            ? []
            : [{ manager: "ghalistener", operation: "Update", apiVersion: "actions.github.com/v1alpha1", time: this.at(story.taken), fieldsType: "FieldsV1", subresource: "status", fieldsV1: { "f:status": { "f:jobDisplayName": {}, "f:jobId": {}, "f:jobRepositoryName": {}, "f:jobRequestId": {}, "f:jobWorkflowRef": {}, "f:workflowRunId": {} } } }]),
        ],
      },
      spec: { githubConfigUrl: "https://github.com/acme", runnerScaleSetId: 1 },
      status: {
        ready: story.started !== undefined,
        phase: story.started === undefined ? "Pending" : "Running",
        runnerId: 77,
        runnerName: name,
        ...(job === undefined ? {} : { jobDisplayName: job, jobId: "3f2a", jobRequestId: 9, jobRepositoryName: "acme/app", jobWorkflowRef: "acme/app/.github/workflows/ci.yml@refs/heads/main", workflowRunId: run }),
      },
    };
  }

  pod(name: string, { set, namespace, story, nodeName }: { set: string; namespace: string; story: Story; nodeName: string | undefined }): ApiObject {
    const condition = (type: string, offset: number | undefined, more = {}) => ({ type, status: offset === undefined ? "False" : "True", lastTransitionTime: this.at(offset ?? story.pod!), lastProbeTime: null, ...more });
    const waiting = (reason: string) => ({ waiting: { reason } });
    const ended = story.answered;
    const cli =
      ended !== undefined
        ? { terminated: { exitCode: 0, reason: "Completed", startedAt: this.at(story.cli!), finishedAt: this.at(ended) } }
        : story.cli !== undefined
          ? { running: { startedAt: this.at(story.cli) } }
          : waiting("PodInitializing");
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, uid: `pod-${name}`, creationTimestamp: this.at(story.pod!), labels: { "actions-ephemeral-runner": "True", "actions.github.com/scale-set-name": set } },
      spec: { ...(nodeName === undefined ? {} : { nodeName }), initContainers: [{ name: "dagger-cli", image: "registry.dagger.io/engine:v0.21.9" }], containers: [{ name: "runner", image: "ghcr.io/actions/actions-runner:2.336.0" }] },
      status: {
        phase: story.started === undefined ? "Pending" : "Running",
        conditions: [
          condition("PodScheduled", story.bound, story.bound === undefined ? { reason: "Unschedulable", message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling." } : {}),
          condition("Ready", story.started),
        ],
        ...(nodeName === undefined
          ? {}
          : {
              initContainerStatuses: [{ name: "dagger-cli", ready: ended !== undefined, restartCount: 0, image: "registry.dagger.io/engine:v0.21.9", imageID: "", state: cli }],
              containerStatuses: [{ name: "runner", ready: story.started !== undefined, restartCount: 0, image: "ghcr.io/actions/actions-runner:2.336.0", imageID: "", state: story.started === undefined ? waiting("PodInitializing") : { running: { startedAt: this.at(story.started) } } }],
            }),
      },
    };
  }

  /** A NodeClaim, and its node if it has one. */
  claim(name: string, { claim, launched, registered, initialised }: Story, node: string | undefined, pool = "main"): void {
    const condition = (type: string, offset: number | undefined, reason: string, message: string) => ({
      type,
      status: offset === undefined ? "Unknown" : "True",
      reason: offset === undefined ? reason : type,
      message: offset === undefined ? message : "",
      lastTransitionTime: this.at(offset ?? claim ?? 0),
      observedGeneration: 1,
    });
    this.put({
      apiVersion: "karpenter.sh/v1",
      kind: "NodeClaim",
      metadata: { name, uid: `uid-${name}`, creationTimestamp: this.at(claim ?? 0), labels: { "karpenter.sh/nodepool": pool, "node.kubernetes.io/instance-type": "m6id.2xlarge", "topology.kubernetes.io/zone": "eu-west-1a" } },
      spec: {},
      status: {
        ...(node === undefined ? {} : { nodeName: node }),
        conditions: [
          condition("Launched", launched, "AwaitingReconciliation", "object is awaiting reconciliation"),
          condition("Registered", registered, "NodeNotFound", "Node not registered with cluster"),
          condition("Initialized", initialised, "NodeNotReady", "Node status is NotReady"),
        ],
      },
    });
    if (node !== undefined) this.put({ apiVersion: "v1", kind: "Node", metadata: { name: node, labels: { "actions-runner": pool, "karpenter.sh/nodepool": pool } }, spec: {}, status: { conditions: [{ type: "Ready", status: initialised === undefined ? "False" : "True", lastTransitionTime: this.at(initialised ?? 0) }] } });
  }

  engine(node: string, ready: number | undefined, namespace = "dagger-main"): ApiObject {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `main-engine-${node}`, namespace, uid: `engine-${node}`, labels: { name: "main-engine" }, creationTimestamp: this.at(0) },
      spec: { nodeName: node, containers: [{ name: "dagger-engine", image: "registry.dagger.io/engine:v0.21.9" }] },
      status: {
        phase: ready === undefined ? "Pending" : "Running",
        conditions: [{ type: "Ready", status: ready === undefined ? "False" : "True", lastTransitionTime: this.at(ready ?? 0) }],
        containerStatuses: [{ name: "dagger-engine", ready: ready !== undefined, restartCount: 0, image: "", imageID: "", state: ready === undefined ? { waiting: { reason: "ContainerCreating" } } : { running: { startedAt: this.at(ready - 3) } } }],
      },
    };
    this.put(pod);
    return pod;
  }

  podEvent(pod: string, namespace: string, { reason, message, offset, container, component = "kubelet", uid = `pod-${pod}` }: { reason: string; message: string; offset: number; container?: string; component?: string; uid?: string }): void {
    const path = container === undefined ? {} : { fieldPath: container === "dagger-cli" ? "spec.initContainers{dagger-cli}" : `spec.containers{${container}}` };
    this.event({ kind: "Pod", name: pod, namespace, uid, ...path }, { reason, message, offset, component });
  }

  event(involvedObject: { kind: string; name: string; namespace?: string; uid?: string; fieldPath?: string }, { reason, message, offset, component = "karpenter", type = "Normal" }: { reason: string; message: string; offset: number; component?: string; type?: string }): void {
    const namespace = involvedObject.namespace ?? "default";
    this.put({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${involvedObject.name}.${this.api.objects.length}`, namespace },
      involvedObject,
      reason,
      message,
      type,
      count: 1,
      firstTimestamp: this.at(offset),
      lastTimestamp: this.at(offset),
      source: { component },
    });
  }

  /** Controllers, sets and node pools of a fleet, all well; `replicas` is how many runners the listener asked for. */
  healthy({ set = "dagger-ci-main-2c-8g", namespace = "dagger-main", pool = "main", replicas = 1 } = {}): void {
    const deployment = (name: string, ns: string) => this.put({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: ns }, spec: { replicas: 2 }, status: { readyReplicas: 2 } });
    deployment("karpenter", "kube-system");
    deployment("arc-gha-rs-controller", "arc-systems");
    const ready = { conditions: [{ type: "Ready", status: "True", reason: "Ready", message: "", lastTransitionTime: this.at(0) }] };
    const labels = { "actions.github.com/scale-set-name": set, "actions.github.com/scale-set-namespace": namespace };
    const listener = `${set}-754b578d-listener`;
    const running = { phase: "Running", containerStatuses: [{ name: "listener", ready: true, restartCount: 0, image: "", imageID: "", state: { running: { startedAt: this.at(0) } } }] };
    this.put(
      { apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name: pool }, spec: { limits: { cpu: "64" } }, status: { ...ready, resources: { cpu: "8" } } },
      { apiVersion: "karpenter.k8s.aws/v1", kind: "EC2NodeClass", metadata: { name: pool }, status: structuredClone(ready) },
      { apiVersion: "actions.github.com/v1alpha1", kind: "AutoscalingRunnerSet", metadata: { name: set, namespace }, spec: {}, status: { phase: "Running" } },
      { apiVersion: "actions.github.com/v1alpha1", kind: "EphemeralRunnerSet", metadata: { name: `${set}-x7k2p`, namespace, labels }, spec: { replicas }, status: { phase: "Running" } },
      { apiVersion: "actions.github.com/v1alpha1", kind: "AutoscalingListener", metadata: { name: listener, namespace: "arc-systems" }, spec: { autoscalingRunnerSetName: set, autoscalingRunnerSetNamespace: namespace } },
      { apiVersion: "v1", kind: "Pod", metadata: { name: listener, namespace: "arc-systems", uid: "pod-listener" }, spec: { containers: [{ name: "listener" }] }, status: running },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "arc-gha-rs-controller-abc", namespace: "arc-systems", labels: { "app.kubernetes.io/component": "controller-manager" } }, spec: { containers: [{ name: "manager" }] }, status: { phase: "Running" } },
    );
  }

  /** An object that was put there. */
  find = (kind: string, name: string): ApiObject => this.api.objects.find((one) => one.kind === kind && one.metadata.name === name)!;
  take = (kind: string, name: string): void => void (this.api.objects = this.api.objects.filter((one) => one.kind !== kind || one.metadata.name !== name));

  start(command: "timeline" | "why", args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    writeFileSync(join(this.directory, "dagger-ci.yaml"), this.yaml);
    writeFileSync(join(this.directory, "kubeconfig"), this.api.kubeconfig());
    const { GH_TOKEN: _, GITHUB_TOKEN: __, GITHUB_API_URL: ___, ...rest } = process.env;
    return start(`commands/${command}.js`, args, { cwd: this.directory, env: { ...rest, HOME: this.directory, KUBECONFIG: join(this.directory, "kubeconfig"), ...env } });
  }

  /** Calls a command; times in what it says are seconds of the story. */
  async call(command: "timeline" | "why", args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Called> {
    const { status, stdout, stderr } = await this.start(command, args, env).ended;
    return { status, stdout: this.words(stdout), stderr: this.words(stderr) };
  }

  /** Text with the times as seconds of the story, such as <+44>. */
  words(text: string): string {
    const date = new Date(this.began * 1000).toISOString().slice(0, 10);
    return text
      .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?/g, (time) => `<+${new Date(`${time.replace(" ", "T").replace("Z", "")}Z`).getTime() / 1000 - this.began}>`)
      .replace(/\b\d\d:\d\d:\d\d\b/g, (time) => `<+${(new Date(`${date}T${time}Z`).getTime() / 1000 - this.began + 86_400) % 86_400}>`)
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "<server>");
  }

  remove(): void {
    this.api.close();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
