import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { RUNNER_NODE_KEY } from "./fleet-contract";
import { isObject, type JsonObject } from "../config/objects";
import type { TemplateProblem } from "./pod-template";
import { CLI_CONTAINER, DOCKER_CONTAINER, DOCKER_EXTERNALS, hidesRunner, reservedVariables, reservedVolumes, RUNNER_CONTAINER } from "./runner-names";

const SHARES_NOTHING = "nothing: a runner shares nothing with its node but the engine's socket";
const SOCKET_GROUP = "nothing: the engine's socket is opened by user and group of the runner's image";
const FIRST_ENGINE = "nothing: the engine must find its room before any runner";
/** Attributes of a runner's pod that are part of the contract between nodes, engine and runners, and what to do instead. */
const POD: Readonly<Record<string, string>> = {
  nodeName: "nothing: Kubernetes finds the node",
  schedulerName: "nothing: Karpenter reckons with Kubernetes' own scheduler",
  hostNetwork: SHARES_NOTHING,
  hostPID: SHARES_NOTHING,
  hostIPC: SHARES_NOTHING,
  restartPolicy: "nothing: ARC makes a new pod for every job",
  priority: FIRST_ENGINE,
  priorityClassName: FIRST_ENGINE,
  terminationGracePeriodSeconds: "nothing: set finishJobs, and nodes.terminationGracePeriod",
  serviceAccount: "nothing: set the size's serviceAccount",
  serviceAccountName: "nothing: set the size's serviceAccount",
  imagePullSecrets: "nothing: set images.credentials",
  os: "nothing: nodes are Linux",
};
/** Attributes of the runner's own container. */
const RUNNER: Readonly<Record<string, string>> = {
  image: "nothing: set the size's image",
  command: "nothing: it starts the runner",
  args: "nothing: it starts the runner",
  resources: "nothing: set cpu, memory, storage and limits of the size, with which placement reckons",
  lifecycle: "nothing: set finishJobs",
};
/** What a RunnerDeployment's template takes of a pod (its CRD), under these names. */
const OF_DEPLOYMENT = [
  "affinity", "automountServiceAccountToken", "containers", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases", "initContainers",
  "nodeSelector", "runtimeClassName", "securityContext", "tolerations", "topologySpreadConstraints", "volumes",
];

const list = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Where a pod template that Kubernetes would take breaks the contract of its fleet. */
export function brokenContract(
  config: Partial<Pick<Config, "daggerCloud" | "proxy" | "telemetry">>,
  fleet: Pick<FleetConfig, "name" | "inCluster" | "dagger">,
  runner: RunnerConfig,
): TemplateProblem[] {
  const { podTemplate = {} } = runner;
  const metadata = isObject(podTemplate.metadata) ? podTemplate.metadata : {};
  const spec = isObject(podTemplate.spec) ? podTemplate.spec : {};
  const problems: TemplateProblem[] = [];
  const refuse = (path: (string | number)[], received: unknown, allowed: string) => void problems.push({ path, received, allowed });
  const refuseAll = (path: (string | number)[], value: JsonObject, refused: Readonly<Record<string, string>>) => {
    for (const [key, item] of Object.entries(value)) if (Object.hasOwn(refused, key)) refuse([...path, key], item, refused[key]!);
  };

  for (const [key, value] of Object.entries(metadata)) {
    if (key !== "labels" && key !== "annotations") refuse(["metadata", key], value, "labels and annotations: ARC sets the rest");
  }
  refuseAll(["spec"], spec, POD);
  if (runner.kind === "runner-deployment") {
    for (const key of Object.keys(spec).filter((name) => !OF_DEPLOYMENT.includes(name) && !Object.hasOwn(POD, name))) {
      refuse(["spec", key], spec[key], `what a RunnerDeployment takes: ${OF_DEPLOYMENT.join(", ")}`);
    }
  }
  if (isObject(spec.nodeSelector) && RUNNER_NODE_KEY in spec.nodeSelector) {
    refuse(["spec", "nodeSelector", RUNNER_NODE_KEY], spec.nodeSelector[RUNNER_NODE_KEY], "another label: this one is the fleet's");
  }
  list(spec.tolerations).forEach((toleration, i) => {
    if (toleration.key === undefined) refuse(["spec", "tolerations", i], toleration, "a toleration with a key: a pod that tolerates everything is never drained");
    else if (toleration.key === RUNNER_NODE_KEY) refuse(["spec", "tolerations", i], toleration, "another taint: this one is the fleet's");
  });
  if (isObject(spec.securityContext)) {
    refuseAll(["spec", "securityContext"], spec.securityContext, { runAsUser: SOCKET_GROUP, runAsGroup: SOCKET_GROUP, fsGroup: SOCKET_GROUP });
  }
  list(spec.volumes).forEach(({ name }, i) => {
    if (reservedVolumes(runner).includes(String(name))) refuse(["spec", "volumes", i, "name"], name, "another name: the pod has a volume of this one");
  });
  list(spec.containers).forEach((container, i) => {
    const path = ["spec", "containers", i];
    if (container.name !== RUNNER_CONTAINER) checkAdded(container, path, [DOCKER_CONTAINER], refuse);
    else {
      refuseAll(path, container, RUNNER);
      checkRunner(config, fleet, runner, container, path, refuse);
    }
  });
  list(spec.initContainers).forEach((container, i) =>
    checkAdded(container, ["spec", "initContainers", i], [CLI_CONTAINER, DOCKER_CONTAINER, DOCKER_EXTERNALS, RUNNER_CONTAINER], refuse),
  );
  return problems;
}

type Refuse = (path: (string | number)[], received: unknown, allowed: string) => void;

function checkAdded({ name, image }: JsonObject, path: (string | number)[], taken: readonly string[], refuse: Refuse): void {
  if (typeof name !== "string") refuse([...path, "name"], name, "a name");
  else if (taken.includes(name)) refuse([...path, "name"], name, "another name: the pod has a container of this one");
  if (typeof image !== "string") refuse([...path, "image"], image, "an image");
}

function checkRunner(
  config: Parameters<typeof brokenContract>[0],
  fleet: Pick<FleetConfig, "name" | "inCluster" | "dagger">,
  runner: RunnerConfig,
  container: JsonObject,
  path: (string | number)[],
  refuse: Refuse,
): void {
  const reserved = [...reservedVariables(config, runner), ...Object.keys(runner.environment), ...Object.keys(runner.secretEnvironment)];
  list(container.env).forEach(({ name }, j) => {
    if (reserved.includes(String(name))) refuse([...path, "env", j, "name"], name, "another variable: this one is set already");
  });
  list(container.volumeMounts).forEach(({ mountPath }, j) => {
    if (hidesRunner(fleet, runner, String(mountPath))) refuse([...path, "volumeMounts", j, "mountPath"], mountPath, "another path: the runner, its socket or its CLI are there");
  });
  if (isObject(container.securityContext)) {
    for (const key of ["runAsUser", "runAsGroup"]) {
      if (key in container.securityContext) refuse([...path, "securityContext", key], container.securityContext[key], SOCKET_GROUP);
    }
  }
  if (runner.kind !== "runner-deployment") return;
  for (const key of Object.keys(container).filter((name) => !["name", "env", "volumeMounts"].includes(name) && !Object.hasOwn(RUNNER, name))) {
    refuse([...path, key], container[key], "env and volumeMounts: a RunnerDeployment takes no more of its runner's container");
  }
}
