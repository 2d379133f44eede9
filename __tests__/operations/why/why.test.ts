/* eslint-disable @typescript-eslint/no-unsafe-member-access -- objects are broken on purpose */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { COLD, JobCluster, type Story } from "../../support/job-cluster";
import { EXISTING_VPC, minimal } from "../../support/project";

const SIZE = "runners: [{cpu: 2, memory: 8Gi, max: 20}]";
const SET = "dagger-ci-main-2c-8g";
const LISTENER = `${SET}-754b578d-listener`;
let place: JobCluster;
const begin = async (yaml = minimal(`fleets: [{name: main, ${SIZE}}]`), names: Parameters<JobCluster["healthy"]>[0] = {}) => {
  place = new JobCluster(yaml);
  await place.api.listen();
  place.healthy(names);
};
beforeEach(() => begin());
afterEach(() => place.remove());

/** What is said, with the ten minutes since the story began as such. */
async function said(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await place.call("why", args);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.replace(/\b(9m 5\ds|10m|10m [1-5]?\ds)(?=,| ago)/g, "10m").trimEnd();
}

test("nothing waits where all is well, nor a job that has begun; the cluster is only looked at", async () => {
  place.runner("r1");
  expect(await said()).toBe("Nothing waits.");
  for (const name of ["r1", "123", "123/build", "https://github.com/acme/app/actions/runs/123/job/9"]) expect(await said(name)).toBe("r1 waits for nothing: it has acme/app 123 build.");
  expect(await said(SET)).toBe(
    `${SET} is ready, with 1 runner, and waits for nothing. If a job of GitHub queues for it: runs-on must be exactly ${SET}, and the runner group must allow the repository; public repositories are off by default.`,
  );
  expect(place.api.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
});

describe("a set that makes no runner", () => {
  const setStatus = (kind: string, name: string, status: object) => (place.find(kind, name).status = status);
  const ARC_LOG = "ARC's log: kubectl -n arc-systems logs -l app.kubernetes.io/component=controller-manager --tail=100";
  const APP = "GitHub's credentials are wrong, or the App is not installed for this organisation or lacks a permission: npm run doctor looks. ";
  test.each<[string, () => unknown, string, string]>([
    ["is missing", () => place.take("AutoscalingRunnerSet", SET), `there is no runner set ${SET} in namespace dagger-main`, "Apply the dagger stack. If Helm says that its release is deployed, the controller deleted it for its version: terraform apply -replace its release."],
    ["is outdated", () => setStatus("AutoscalingRunnerSet", SET, { phase: "Outdated" }), "GitHub refused its runners: their version is too old, and ARC has stopped the set (phase Outdated)", "Renew versions.runnerImage and apply the dagger stack."],
    ["has no controller", () => setStatus("Deployment", "arc-gha-rs-controller", {}), "no pod of ARC's controller is ready", "kubectl -n arc-systems describe deployment arc-gha-rs-controller"],
    ["has no listener", () => place.take("AutoscalingListener", LISTENER), "its listener is missing, so nobody asks GitHub for its jobs", ARC_LOG],
    [
      "has wrong credentials",
      () => {
        place.take("AutoscalingListener", LISTENER);
        place.api.logs["arc-gha-rs-controller-abc manager"] =
          `{"severity":"info","message":"Creating a new runner scale set","AutoscalingRunnerSet":{"name":"${SET}"}}\n{"severity":"error","ts":"2026-11-26T09:00:00Z","logger":"AutoscalingRunnerSet","message":"Reconciler error","controller":"autoscalingrunnerset","AutoscalingRunnerSet":{"name":"${SET}","namespace":"dagger-main"},"error":"failed to get access token: 401 Unauthorized: Bad credentials"}\n`;
      },
      "its listener is missing, so nobody asks GitHub for its jobs; ARC says: failed to get access token: 401 Unauthorized: Bad credentials",
      `${APP}${ARC_LOG}`,
    ],
    [
      "has a listener that ends",
      () => {
        setStatus("Pod", LISTENER, { phase: "Failed", containerStatuses: [{ name: "listener", state: { terminated: { exitCode: 1, reason: "Error" } } }] });
        place.api.logs[`${LISTENER} listener`] = "2026/11/26 09:00:00 Application returned an error: failed to create actions message session client: 409 Conflict\n";
      },
      "its listener ends with an error: failed to create actions message session client: 409 Conflict",
      "The session of its predecessor is open for some minutes: wait; if it stays, another cluster has a set of this name. docs/troubleshooting.md has a list of what listeners say.",
    ],
    [
      "has a listener without a node",
      () => setStatus("Pod", LISTENER, { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/2 nodes are available: 2 Insufficient cpu." }] }),
      "its listener has no node: 0/2 nodes are available: 2 Insufficient cpu",
      "The support nodes have no room, or are not there: kubectl get nodes",
    ],
    [
      "has a listener without its image",
      () => setStatus("Pod", LISTENER, { phase: "Pending", containerStatuses: [{ name: "listener", image: "ghcr.io/actions/gha-runner-scale-set-controller:0.14.2", state: { waiting: { reason: "ErrImagePull", message: "not found" } } }] }),
      "its listener does not run: image ghcr.io/actions/gha-runner-scale-set-controller:0.14.2 of container listener does not come: ErrImagePull, not found",
      "Look whether the registry answers and the image is there; images.mirror and images.credentials take it from elsewhere.",
    ],
    ["has a controller that is stuck", () => (place.find("EphemeralRunnerSet", `${SET}-x7k2p`).spec.replicas = 3), "ARC is to make 3 runners and has made 0", "It makes them within seconds: ask again. If it stays, the controller is stuck: kubectl -n arc-systems rollout restart deployment"],
    [
      "is full",
      () => {
        for (let i = 0; i < 20; i++) place.runner(`r${i}`);
      },
      "all 20 runners that it may have are there",
      "Wait until one ends, or raise max of the size.",
    ],
  ])("%s", async (_what, breakIt, why, todo) => {
    breakIt();
    const expected = `New jobs for ${SET} get no runner now: ${why}.\n    ${todo}`;
    expect(await said(SET)).toBe(expected);
    expect(await said()).toBe(expected);
  });
});

const NEW: Story = { assigned: 0, pod: 1 };
const CLAIMED: Story = { ...NEW, claim: 3 };
const LAUNCHED: Story = { ...CLAIMED, launched: 7 };
const REGISTERED: Story = { ...LAUNCHED, registered: 40 };
const BOUND: Story = { ...REGISTERED, initialised: 50, bound: 50 };
const INSIDE: Story = { ...BOUND, cli: 55 };
const STARTED: Story = { ...NEW, bound: 1, cli: 2, answered: 3, image: 4, started: 5 };
const NODE = "node-of-r1";
const ENGINE = `main-engine-${NODE}`;

describe("a runner without a node", () => {
  const refused = (message: string) => () => place.podEvent("r1", "dagger-main", { reason: "FailedScheduling", component: "karpenter", message: `Failed to schedule pod, ${message}`, offset: 3 });
  const launch = (reason: string, message: string) => () => (place.find("NodeClaim", "main-r1").status.conditions[0] = { type: "Launched", status: "Unknown", reason, message });
  const unready = (kind: string) => () =>
    (place.find(kind, "main").status.conditions = [
      { type: "SubnetsReady", status: "False", reason: "SubnetsNotFound", message: "SubnetSelector did not match any Subnets" },
      { type: "Ready", status: "False", reason: "UnhealthyDependents", message: "SubnetsReady=False" },
    ]);
  const CLAIM = "Karpenter to ask for a node";
  const LAUNCH = "EC2 to launch the instance";
  const READY = "the node to be ready";
  const SCHEDULER = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling";
  test.each<[string, Story, () => unknown, string, string, string]>([
    ["Karpenter says nothing", NEW, () => undefined, CLAIM, `Karpenter has said nothing of this pod; the scheduler says: ${SCHEDULER}`, "It answers within seconds: ask again. Then look at its log: kubectl -n kube-system logs deployment/karpenter --tail=100"],
    ["Karpenter is not there", NEW, () => (place.find("Deployment", "karpenter").status = {}), CLAIM, `Karpenter has said nothing of this pod; the scheduler says: ${SCHEDULER}`, "No pod of Karpenter is ready: kubectl -n kube-system describe pods -l app.kubernetes.io/name=karpenter"],
    ["there is no NodePool", NEW, () => place.take("NodePool", "main"), CLAIM, "there is no NodePool main", "Apply the dagger stack: npm run deploy -- dagger"],
    ["the node class is not Ready", NEW, unready("EC2NodeClass"), CLAIM, "EC2NodeClass main is not Ready: SubnetSelector did not match any Subnets", "Subnets, security groups, AMI and instance profile must be found. Any changed annotation of it makes Karpenter look again."],
    ["the limit is reached", NEW, refused("all available instance types exceed limits for nodepool (NodePool={main })"), CLAIM, "fleet main may buy no more: its limit is 64 vCPUs, and its nodes have 8", "Raise nodes.vcpuLimit, or wait until jobs end."],
    ["no type fits", NEW, refused("incompatible with nodepool \"main\", no instance type has enough resources, requirements=karpenter.sh/nodepool In [main], resources={\"cpu\":\"64\"}"), CLAIM, 'no instance type satisfies size, node bounds and NVMe: incompatible with nodepool "main", no instance type has enough resources, requirements=karpenter.sh/nodepool In [main], resources={"cpu":"64"}', "npm run placement says which rule each family fails."],
    ["Karpenter does not know its taint", NEW, refused("did not tolerate taint (taint=actions-runner=main:NoSchedule)"), CLAIM, "Karpenter buys no node for it: did not tolerate taint (taint=actions-runner=main:NoSchedule)", "npm run placement says where it should go, and npm run verify whether the cluster is as configured."],
    [
      "AWS has no such machine",
      NEW,
      () => place.event({ kind: "NodeClaim", name: "main-xyz" }, { reason: "InsufficientCapacityError", message: "NodeClaim main-xyz event: creating instance, insufficient capacity, with fleet error(s), InsufficientInstanceCapacity: We currently do not have sufficient capacity", offset: 590 }),
      CLAIM,
      "AWS has none of these instance types in these zones now: creating instance, insufficient capacity, with fleet error(s), InsufficientInstanceCapacity: We currently do not have sufficient capacity; Karpenter tries again",
      "Wait, or give the fleet more nodes.families or categories, and more zones.",
    ],
    ["its claim is new", CLAIMED, () => undefined, LAUNCH, "node claim main-r1 is not launched yet", "Wait: it takes seconds."],
    ["Karpenter may not", CLAIMED, launch("Unauthorized", "Error creating fleet request: User is not authorized to perform this operation because no identity-based policy allows it"), LAUNCH, "Karpenter may not launch it: Unauthorized, Error creating fleet request: User is not authorized to perform this operation because no identity-based policy allows it; Karpenter tries for 5 minutes, then with another claim", "Apply the cluster stack, which has its rights; look at permissions boundaries and service control policies."],
    ["the account has never had a spot instance", CLAIMED, launch("SpotSLRCreationFailed", "User does not have sufficient permission to create the Spot ServiceLinkedRole to launch spot instances"), LAUNCH, "the account has never had a spot instance, and Karpenter may not make the role for it: SpotSLRCreationFailed, User does not have sufficient permission to create the Spot ServiceLinkedRole to launch spot instances; Karpenter tries for 5 minutes, then with another claim", "Set cluster.spotServiceLinkedRole: true and apply the cluster stack."],
    ["the quota is used up", CLAIMED, launch("LaunchFailed", "creating instance, VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows"), LAUNCH, "the account's quota of EC2 is used up: LaunchFailed, creating instance, VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows; Karpenter tries for 5 minutes, then with another claim", "Ask AWS for more vCPUs in Service Quotas; npm run doctor shows the quotas."],
    ["its instance does not join", LAUNCHED, () => undefined, "the node to boot and join", "the instance of node claim main-r1 was launched 10m ago and has not joined the cluster (Node not registered with cluster)", "Wait: it takes up to 2 minutes. After that look at its system log in EC2; its role needs an access entry, and its subnet a way to the API. Karpenter replaces it after 15 minutes."],
    [
      "its node has no network",
      REGISTERED,
      () => (place.find("Node", NODE).status.conditions[0].message = "container runtime network not ready: cni plugin not initialized"),
      READY,
      `node ${NODE} joined 9m 20s ago and is not ready: container runtime network not ready: cni plugin not initialized`,
      `Wait: its network comes last. After 2 minutes: kubectl describe node ${NODE}`,
    ],
    [
      "its node gets its cache",
      REGISTERED,
      () => (place.find("NodeClaim", "main-r1").status.conditions[2] = { type: "Initialized", status: "Unknown", reason: "StartupTaintsExist", message: 'StartupTaint "dagger-ci/restoring-cache:NoSchedule" still exists' }),
      READY,
      `node ${NODE} gets its cache first: There is no pod cache-seed on it`,
      "Wait: it is bound by seed.restoreWithin. If its pod cannot start: kubectl -n dagger-main describe pods -l app.kubernetes.io/name=cache-seed",
    ],
    [
      "its node lacks a resource",
      REGISTERED,
      () => (place.find("NodeClaim", "main-r1").status.conditions[2] = { type: "Initialized", status: "Unknown", reason: "ResourceNotRegistered", message: 'Resource "vpc.amazonaws.com/pod-eni" was requested but not registered' }),
      READY,
      `node ${NODE} joined 9m 20s ago and is not ready: Resource "vpc.amazonaws.com/pod-eni" was requested but not registered`,
      `kubectl describe node ${NODE}; what must take the taint away, or bring the resource, does not run there.`,
    ],
    ["others took its room", { ...REGISTERED, initialised: 50 }, () => undefined, "the scheduler to bind the pod", `node ${NODE} is ready, and the scheduler does not bind the pod: ${SCHEDULER}`, "Ask again. If it stays, other pods have taken its room: Karpenter buys another node."],
  ])("%s", async (_what, story, breakIt, waitsFor, why, todo) => {
    place.runner("r1", story);
    breakIt();
    expect((await said("r1")).replace(/joined 9m \d+s ago/, "joined 9m 20s ago").replace(/launched 9m \d+s ago/, "launched 10m ago")).toBe(`r1 (${SET}) has waited 10m, now for ${waitsFor}: ${why}.\n    ${todo}`);
  });
});

describe("a runner on its node", () => {
  const CLI = "the pod's network and the engine's image";
  const ENGINE_READY = "the node's engine to be ready";
  const ANSWER = "the engine to answer the runner";
  const event = (reason: string, message: string, more = {}) => place.podEvent("r1", "dagger-main", { reason, message, offset: 60, ...more });
  const ofEngine = (reason: string, message: string) => place.podEvent(ENGINE, "dagger-main", { reason, message, offset: 60, uid: `engine-${NODE}` });
  const REGISTRY = "Look whether the registry answers and the image is there; images.mirror and images.credentials take it from elsewhere.";
  test.each<[string, Story, () => unknown, string, string, string]>([
    [
      "gets no image",
      BOUND,
      () => {
        place.find("Pod", "r1").status.initContainerStatuses[0].state = { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } };
        event("Failed", 'Failed to pull image "registry.dagger.io/engine:v0.21.9": dial tcp 10.0.0.1:443: i/o timeout', { container: "dagger-cli" });
      },
      CLI,
      'image registry.dagger.io/engine:v0.21.9 of container dagger-cli does not come: ImagePullBackOff, Failed to pull image "registry.dagger.io/engine:v0.21.9": dial tcp 10.0.0.1:443: i/o timeout',
      REGISTRY,
    ],
    ["pulls one", BOUND, () => event("Pulling", 'Pulling image "registry.dagger.io/engine:v0.21.9"'), CLI, `its node pulls image "registry.dagger.io/engine:v0.21.9" (${NODE})`, "Wait. A mirror near the nodes (images.mirror) makes pulls shorter."],
    ["gets no network", BOUND, () => event("FailedCreatePodSandBox", "Failed to create pod sandbox: plugin type=\"aws-cni\" failed (add): failed to assign an IP address to container"), CLI, 'it gets no network: Failed to create pod sandbox: plugin type="aws-cni" failed (add): failed to assign an IP address to container', "Look at the pod aws-node of its node, and whether its subnet has free addresses."],
    ["lacks a secret", BOUND, () => (place.find("Pod", "r1").status.initContainerStatuses[0].state = { waiting: { reason: "CreateContainerConfigError", message: 'secret "dagger-cloud" not found' } }), CLI, 'its container dagger-cli waits: CreateContainerConfigError, secret "dagger-cloud" not found', "kubectl -n dagger-main describe pod r1"],
    ["has no engine", INSIDE, () => undefined, ENGINE_READY, `there is no engine on node ${NODE}`, "npm run verify looks at DaemonSet main-engine in namespace dagger-main."],
    [
      "is on a node without its array",
      INSIDE,
      () => {
        place.engine(NODE, undefined);
        ofEngine("FailedMount", 'MountVolume.SetUp failed for volume "cache" : hostPath type check failed: /mnt/k8s-disks/0 is not a directory');
      },
      ENGINE_READY,
      `engine ${ENGINE} does not run: its node has no array of NVMe disks: MountVolume.SetUp failed for volume "cache" : hostPath type check failed: /mnt/k8s-disks/0 is not a directory`,
      "Give the fleet instance types that have NVMe disks, and an AMI from v20260707 on.",
    ],
    [
      "has an engine that crashes",
      INSIDE,
      () => (place.engine(NODE, undefined).status.containerStatuses[0] = { name: "dagger-engine", image: "", state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } }, lastState: { terminated: { exitCode: 1, reason: "Error" } } }),
      ENGINE_READY,
      `engine ${ENGINE} does not run: its container dagger-engine ends and is started again (Error, exit code 1)`,
      `Its log says why: kubectl -n dagger-main logs ${ENGINE} -c dagger-engine --previous`,
    ],
    ["has an engine of another version", { ...INSIDE, engine: 60 }, () => (place.find("Pod", ENGINE).spec.containers[0].image = "registry.dagger.io/engine:v0.20.1"), ANSWER, `engine ${ENGINE} is of registry.dagger.io/engine:v0.20.1, and the runner wants v0.21.9`, "Wait: it is replaced when its jobs have ended. If not, apply the dagger stack."],
    ["has an engine that ends", { ...INSIDE, engine: 60 }, () => (place.find("Pod", ENGINE).metadata.deletionTimestamp = place.at(61)), ANSWER, `engine ${ENGINE} is being replaced, and waits for its jobs`, 'Wait, or end them: docs/operations.md, "An engine restarts with a job on it".'],
    ["has an engine that looks through its cache", INSIDE, () => (place.engine(NODE, 60).status.conditions[0].status = "False"), ENGINE_READY, `engine ${ENGINE} runs for 9m and is not ready`, "Wait: it looks through a large cache first. Do not kill it."],
    ["is not answered", { ...INSIDE, engine: 60 }, () => undefined, ANSWER, `engine ${ENGINE} is ready and has not answered this runner yet`, "Wait a minute. Then its log: kubectl -n dagger-main logs r1 -c dagger-cli"],
  ])("%s", async (_what, story, breakIt, waitsFor, why, todo) => {
    place.runner("r1", story);
    breakIt();
    expect((await said("r1")).replace(/runs for 9m( \d+s)?/, "runs for 9m")).toBe(`r1 (${SET}) has waited 10m, now for ${waitsFor}: ${why}.\n    ${todo}`);
  });
});

describe("a runner without a pod", () => {
  const quota = (used: string) => place.put({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "compute", namespace: "dagger-main" }, status: { hard: { pods: "10", "requests.cpu": "32" }, used: { pods: used, "requests.cpu": "20" } } });
  test.each<[string, () => unknown, string, string]>([
    ["is new", () => quota("9"), "ARC has not made its pod yet", "It takes seconds: ask again."],
    ["is not registered", () => (place.find("EphemeralRunner", "r1").status = {}), "ARC has no registration for it from GitHub yet", "It takes seconds: ask again. Then look at ARC's log; npm run doctor looks at GitHub's credentials."],
    [
      "gets no registration",
      () => (place.api.logs["arc-gha-rs-controller-abc manager"] = '{"severity":"error","message":"Reconciler error","controller":"ephemeralrunner","EphemeralRunner":{"name":"r1","namespace":"dagger-main"},"error":"failed to generate JIT config with generic error: 403 Forbidden: Resource not accessible by integration"}\n'),
      "ARC cannot make its pod: failed to generate JIT config with generic error: 403 Forbidden: Resource not accessible by integration",
      "GitHub's credentials are wrong, or the App is not installed for this organisation or lacks a permission: npm run doctor looks. ARC tries again.",
    ],
    ["has no quota left", () => quota("10"), "a ResourceQuota of namespace dagger-main is used up: compute has pods 10 of 10, requests.cpu 20 of 32", "Raise it, or wait until jobs end: ARC tries every 30 s."],
    [
      "is refused",
      () => (place.find("EphemeralRunner", "r1").status = { phase: "Failed", reason: "InvalidPod", message: 'Failed to create the pod: pods "r1" is forbidden: violates PodSecurity "restricted:latest": privileged' }),
      'ARC gave it up (InvalidPod): Failed to create the pod: pods "r1" is forbidden: violates PodSecurity "restricted:latest": privileged',
      "Something in the cluster refuses such pods: let it, as docs/security.md says what they need. Then take it away: kubectl -n dagger-main delete ephemeralrunner r1",
    ],
    ["had pods that failed", () => (place.find("EphemeralRunner", "r1").status.failures = { "uid-1": place.at(20), "uid-2": place.at(60) }), "its pod failed 2 times, and ARC pauses before the next", "kubectl -n dagger-main get events --field-selector involvedObject.name=r1"],
  ])("%s", async (_what, breakIt, why, todo) => {
    place.runner("r1", { assigned: 0 });
    breakIt();
    expect(await said("r1")).toBe(`r1 (${SET}) has waited 10m, now for ARC to make its pod: ${why}.\n    ${todo}`);
  });
});

describe("a runner without a job", () => {
  const IDLE = `r1 (${SET}) has waited 9m, now for a job of GitHub`;
  const idle = async () => (await said("r1")).replace(/waited 9m( \d+s)?|waited 10m/, "waited 9m");
  test("that has waited for a minute", async () => {
    place.runner("r1", STARTED);
    expect(await idle()).toBe(`${IDLE}: it is registered, and GitHub gives it no job.\n    Its job may have been cancelled; then ARC takes it away. Else: runs-on must be ${SET}, and its runner group must allow the repository.`);
  });

  test("that GitHub refuses", async () => {
    place.runner("r1", STARTED);
    place.api.logs["r1 runner"] = "√ Connected to GitHub\n\nCurrent runner version: '2.329.0'\nListening for Jobs\nAn error occurred: Runner version v2.329.0 is deprecated and cannot receive messages.\n";
    expect(await idle()).toBe(`${IDLE}: GitHub refuses its version: An error occurred: Runner version v2.329.0 is deprecated and cannot receive messages.\n    Renew versions.runnerImage and apply the dagger stack.`);
  });

  test("that its set keeps", async () => {
    place.remove();
    await begin(minimal(`fleets: [{name: main, ${SIZE.replace("max", "min: 1, max")}}]`));
    place.runner("r1", STARTED);
    expect(await said("r1")).toBe("r1 waits for nothing: it is idle.");
  });
});

test("runners that wait for the same are said together", async () => {
  for (let i = 0; i < 7; i++) {
    place.runner(`r${i}`, NEW);
    place.podEvent(`r${i}`, "dagger-main", { reason: "FailedScheduling", component: "karpenter", message: "Failed to schedule pod, all available instance types exceed limits for nodepool (NodePool={main })", offset: 3 });
  }
  expect(await said()).toBe(
    `7 runners of ${SET} have waited up to 10m, now for Karpenter to ask for a node: fleet main may buy no more: its limit is 64 vCPUs, and its nodes have 8.\n    Raise nodes.vcpuLimit, or wait until jobs end.\n    r0, r1, r2, r3, r4 and 2 more`,
  );
  const { stdout } = await place.call("why", ["r3", "--json"]);
  expect(JSON.parse(stdout)).toEqual({
    waiting: [{ name: "r3", set: SET, waitsFor: "Karpenter to ask for a node", seconds: expect.any(Number) as number, reason: { why: "fleet main may buy no more: its limit is 64 vCPUs, and its nodes have 8", todo: "Raise nodes.vcpuLimit, or wait until jobs end." } }],
    said: [],
  });
});

test("a guest's runners are found by their names in the cluster", async () => {
  place.remove();
  const arc = "{mode: existing, namespace: arc, serviceAccount: arc-controller, version: 0.14.2}";
  const names = { set: "team-b-main-2c-8g", namespace: "dagger-team-b-main", pool: "team-b-main", replicas: 0 };
  await begin(minimal(`${EXISTING_VPC}\ncluster: {mode: existing, name: platform, guest: true, supportNodes: {nodeSelector: {a: b}}}\naddons: {karpenter: {mode: existing}, arc: ${arc}}\nfleets: [{name: main, ${SIZE}}]\n`).replace("name: dagger-ci", "name: team-b"), names);
  for (const one of place.api.objects) if (one.metadata.namespace === "arc-systems") one.metadata.namespace = "arc";
  place.runner("of-the-first", NEW);
  expect(await said()).toBe("Nothing waits.");
  place.runner("r1", NEW, names);
  place.take("NodePool", "team-b-main");
  expect(await said()).toBe("r1 (team-b-main-2c-8g) has waited 10m, now for Karpenter to ask for a node: there is no NodePool team-b-main.\n    Apply the dagger stack: npm run deploy -- dagger");
});

test("persistent nodes are not bought", async () => {
  place.remove();
  await begin(minimal(`fleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, ${SIZE}}]`));
  place.runner("r1", NEW);
  place.find("Pod", "r1").status.conditions[0].message = "0/3 nodes are available: 1 Insufficient cpu.";
  expect(await said("r1")).toBe(`r1 (${SET}) has waited 10m, now for the scheduler to bind the pod: no node of fleet main has room for it: 0/3 nodes are available: 1 Insufficient cpu.\n    Wait until jobs end, or raise nodes.count.`);
});

describe("ARC's summerwind kind", () => {
  const NAME = "dagger-runner-deployment-guide";
  const runner = (name: string) => place.put({ apiVersion: "actions.summerwind.dev/v1alpha1", kind: "Runner", metadata: { name, namespace: "dagger-main", uid: `uid-${name}`, creationTimestamp: place.at(0), labels: { "runner-deployment-name": NAME } }, status: {} });
  beforeEach(async () => {
    place.remove();
    await begin(minimal("addons: {summerwind: install}\nfleets: [{name: main, runners: [{name: guide, kind: runner-deployment, cpu: 2, memory: 8Gi, labels: [dagger-guide, linux], scaling: {max: 1, repositories: [app]}}]}]"));
    place.put(
      { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "arc-summerwind-actions-runner-controller", namespace: "actions-runner-system" }, status: { readyReplicas: 1 } },
      { apiVersion: "actions.summerwind.dev/v1alpha1", kind: "RunnerDeployment", metadata: { name: NAME, namespace: "dagger-main" }, spec: {} },
    );
  });
  const noRunner = (why: string, todo: string) => `New jobs for dagger-ci-main-guide get no runner now: ${why}.\n    ${todo}`;

  test("its deployments, by each of their labels", async () => {
    expect(await said("dagger-guide")).toMatch(/^dagger-ci-main-guide is ready, with 0 runners/);
    runner("old");
    expect(await said("linux")).toContain(noRunner("the one runner that it may have is there", "Wait until one ends, or raise scaling.max."));
    place.find("Deployment", "arc-summerwind-actions-runner-controller").status = {};
    expect(await said("linux")).toContain(noRunner("no pod of ARC (summerwind)'s controller is ready", "kubectl -n actions-runner-system describe deployment arc-summerwind-actions-runner-controller"));
    place.take("RunnerDeployment", NAME);
    expect(await said("linux")).toContain(noRunner(`there is no RunnerDeployment ${NAME} in namespace dagger-main`, "Apply the dagger stack: npm run deploy -- dagger"));
  });

  test("a runner without its registration", async () => {
    runner("old");
    place.event({ kind: "Runner", name: "old", namespace: "dagger-main" }, { reason: "FailedUpdateRegistrationToken", message: "Updating registration token failed", offset: 2, component: "runner-controller", type: "Warning" });
    expect(await said("old")).toBe("old (dagger-ci-main-guide) has waited 10m, now for ARC to make its pod: ARC cannot make its pod: Updating registration token failed.\n    ARC tries again.");
  });

  test("without its CRDs", async () => {
    place.api.without = ["actions.summerwind.dev", "karpenter.sh"];
    expect(await said()).toBe(noRunner(`there is no RunnerDeployment ${NAME} in namespace dagger-main`, "Apply the dagger stack: npm run deploy -- dagger"));
  });
});

describe("a job that no runner has taken", () => {
  const URL = "https://github.com/acme/app/actions/runs/77";
  let github: Server;
  const asked: string[] = [];
  const env = () => ({ GITHUB_TOKEN: "t", GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}` });
  const answer = (status: number, body: object) =>
    new Promise<void>((done) => {
      github = createServer((request, response) => {
        asked.push(`${request.url} ${request.headers.authorization}`);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      }).listen(0, "127.0.0.1", done);
    });
  const job = (name: string, status: string, ...labels: string[]) => ({ name, status, labels });
  afterEach(() => {
    github.closeAllConnections();
    github.close();
  });

  test("asks for another runs-on, or is with a set, or waits for somebody", async () => {
    await answer(200, { jobs: [job("lint", "queued", "self-hosted", "linux"), job("build", "queued", SET), job("ship", "waiting", SET), job("test", "completed", SET)] });
    place.take("AutoscalingListener", LISTENER);
    expect(await place.call("why", [URL], env())).toEqual({
      status: 0,
      stderr: "",
      stdout:
        `New jobs for ${SET} get no runner now: its listener is missing, so nobody asks GitHub for its jobs.\n    ARC's log: kubectl -n arc-systems logs -l app.kubernetes.io/component=controller-manager --tail=100\n\n` +
        `lint has runs-on [self-hosted, linux], and no set of this configuration has that: write one of ${SET}.\n\nship is waiting at GitHub: an environment or a rule must let it go.\n`,
    });
    expect(asked.splice(0)).toEqual(["/repos/acme/app/actions/runs/77/jobs?per_page=100 Bearer t"]);
  });

  test("is one of a run", async () => {
    await answer(200, job("build", "completed", SET));
    expect(await place.call("why", [`${URL}/job/9`], env())).toEqual({ status: 0, stderr: "", stdout: `GitHub has no job ${URL}/job/9 that is not completed.\n` });
    expect(asked.splice(0)).toEqual(["/repos/acme/app/actions/jobs/9 Bearer t"]);
  });

  test("cannot be looked at", async () => {
    await answer(404, { message: "Not Found" });
    const without = { status: 1, stdout: "", stderr: "no runner has taken 77/build, and only GitHub knows of jobs that none has taken: ask with what it has in runs-on (npm run why -- <runs-on>), or with its address in GitHub's pages and GITHUB_TOKEN set\n" };
    expect(await place.call("why", ["77/build"], env())).toEqual(without);
    expect(await place.call("why", [URL])).toEqual({ ...without, stderr: without.stderr.replace("77/build", URL) });
    expect(await place.call("why", [URL], env())).toEqual({ status: 1, stdout: "", stderr: `GitHub does not tell of ${URL}: it answers 404 to <server>/repos/acme/app/actions/runs/77/jobs?per_page=100\n` });
    expect((await place.call("why", [URL.replace("github.com", "github.acme.example")], env())).stderr).toBe(`${URL.replace("github.com", "github.acme.example")} is not at a GitHub of this configuration\n`);
  });
});

describe("it ends with a sentence", () => {
  test.each<[string, string[], () => unknown, string]>([
    ["for a name that is none", ["dagger-ci-main-2c-16g"], () => undefined, `there is no set and no runner dagger-ci-main-2c-16g; did you mean ${SET}?\n`],
    ["for a name like none", ["x"], () => place.runner("r1", COLD), `there is no set and no runner x; sets are ${SET}\n`],
    ["without rights", [], () => (place.api.refusals.EphemeralRunner = 'ephemeralrunners.actions.github.com is forbidden: User "u" cannot list resource'), 'cannot list EphemeralRunner in namespace dagger-main: the cluster answers 403: ephemeralrunners.actions.github.com is forbidden: User "u" cannot list resource\n'],
  ])("%s", async (_what, args, breakIt, stderr) => {
    breakIt();
    expect(await place.call("why", args)).toEqual({ status: 1, stdout: "", stderr });
  });
});
