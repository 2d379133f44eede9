import { seconds } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import type { VolumeConfig } from "../config/pod";
import type { RunnerConfig, ScaleSetRunner } from "../config/runners";
import type { Config } from "../config/schema";
import { proxyEnvironment } from "../contract/proxy";
import { mergeTemplate } from "../contract/pod-template";
import { image, pullSecrets } from "../contract/sources";
import { environmentSecret, RUNNER_CONTAINER, runnerImage, serviceAccountName, SOCKET_VOLUME } from "../contract/runner-names";
import { dockerSidecar } from "./docker-sidecar";
import { engineWait } from "./engine-wait";
import { containerResources } from "./resources";
import { DAGGER_GID, fleetContract, RUNNER_HOST_VARIABLE } from "../contract/fleet-contract";

/** Secret with Dagger Cloud's token, in each fleet's namespace. */
export const CLOUD_SECRET = "dagger-cloud";
/** Secret with the headers that a collector of one's own wants, in each fleet's namespace. */
export const TELEMETRY_SECRET = "telemetry-headers";

/** Annotation that keeps Karpenter from taking the node of a running job for any reason of its own. */
export const DO_NOT_DISRUPT = { "karpenter.sh/do-not-disrupt": "true" } as const;

/**
 * Environment of a runner: its engine, where its traces go (they go out from the CLI), the proxy, and what the size asks
 * for. All of it is read when a pod starts.
 */
export const runnerEnvironment = (config: Config, fleet: FleetConfig, runner: RunnerConfig) => [
  { name: RUNNER_HOST_VARIABLE, value: fleetContract(fleet).socketUrl },
  ...(config.daggerCloud
    ? [{ name: "DAGGER_CLOUD_TOKEN", valueFrom: { secretKeyRef: { name: CLOUD_SECRET, key: "token" } } }]
    : []),
  ...collector(config),
  ...proxyEnvironment(config),
  ...Object.entries(runner.environment).map(([name, value]) => ({ name, value })),
  ...Object.keys(runner.secretEnvironment).map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: environmentSecret(runner), key: name } },
  })),
];

/** Where Dagger's CLI sends traces, logs and metrics (the variables that github.com/dagger/otel-go reads). */
const collector = ({ telemetry }: Config) =>
  telemetry
    ? [
        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: telemetry.endpoint },
        { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: telemetry.protocol },
        ...(telemetry.secret === undefined
          ? []
          : [{ name: "OTEL_EXPORTER_OTLP_HEADERS", valueFrom: { secretKeyRef: { name: TELEMETRY_SECRET, key: "headers" } } }]),
      ]
    : [];

/** Requests and limits of a runner container. Without limits a job may use what its node has to spare. */
export const runnerResources = (runner: RunnerConfig) =>
  containerResources(runner, runner.storage === "none" ? {} : { "ephemeral-storage": runner.storage })!;

/** Metadata of a runner's pod. */
export function runnerMetadata(runner: RunnerConfig, annotations: Readonly<Record<string, string>>) {
  const all = { ...runner.podAnnotations, ...annotations };
  return {
    ...(Object.keys(runner.podLabels).length > 0 ? { labels: runner.podLabels } : {}),
    ...(Object.keys(all).length > 0 ? { annotations: all } : {}),
  };
}

/** The size's own volumes, and where the runner sees them. */
export const runnerVolumes = ({ volumes }: RunnerConfig) => ({
  volumes: volumes.map((volume) => ({ name: volume.name, ...volumeSource(volume) })),
  volumeMounts: volumes.map(({ name, mountPath, subPath, readOnly }) => ({
    name,
    mountPath,
    ...(subPath === undefined ? {} : { subPath }),
    ...(readOnly ? { readOnly } : {}),
  })),
});

function volumeSource(volume: VolumeConfig) {
  switch (volume.type) {
    case "emptyDir":
      return {
        emptyDir: {
          ...(volume.medium === "memory" ? { medium: "Memory" } : {}),
          ...(volume.sizeLimit === undefined ? {} : { sizeLimit: volume.sizeLimit }),
        },
      };
    case "configMap":
      return { configMap: { name: volume.source } };
    case "secret":
      return { secret: { secretName: volume.source } };
    case "persistentVolumeClaim":
      return { persistentVolumeClaim: { claimName: volume.source, ...(volume.readOnly ? { readOnly: true } : {}) } };
  }
}

/** Who the jobs of a size are for Kubernetes and AWS; nothing where the size says nothing. */
export function runnerIdentity(runner: RunnerConfig) {
  const name = serviceAccountName(runner);
  return name === undefined ? {} : { serviceAccountName: name };
}

/** Pod template of a scale set: GitHub's image, with the engine's CLI and socket. */
export function runnerPod(config: Config, fleet: FleetConfig, runner: ScaleSetRunner) {
  const contract = fleetContract(fleet);
  const socketMount = { name: SOCKET_VOLUME, mountPath: contract.socketMountPath };
  const wait = engineWait(config, fleet, SOCKET_VOLUME);
  const docker = runner.docker ? dockerSidecar(config, runner) : undefined;
  const own = runnerVolumes(runner);
  const pod = {
    metadata: runnerMetadata(runner, DO_NOT_DISRUPT),
    spec: {
      nodeSelector: contract.nodeLabels,
      tolerations: [contract.toleration],
      ...runnerIdentity(runner),
      ...pullSecrets(config),
      securityContext: { runAsUser: 1001, runAsGroup: DAGGER_GID, fsGroup: DAGGER_GID },
      ...(runner.finishJobs ? { terminationGracePeriodSeconds: seconds(fleet.nodes.terminationGracePeriod) } : {}),
      initContainers: [wait.initContainer, ...(docker?.initContainers ?? [])],
      containers: [
        {
          name: RUNNER_CONTAINER,
          image: image(config, runnerImage(config, runner)),
          command: ["/home/runner/run.sh"],
          env: [...runnerEnvironment(config, fleet, runner), ...(docker?.environment ?? [])],
          resources: runnerResources(runner),
          volumeMounts: [socketMount, wait.cliMount, ...(docker?.volumeMounts ?? []), ...own.volumeMounts],
          ...(runner.finishJobs ? { lifecycle: { preStop: { exec: { command: ["sh", "-c", WAIT_FOR_JOB] } } } } : {}),
        },
      ],
      volumes: [
        // The engine makes the directory; a runner may come first.
        { name: SOCKET_VOLUME, hostPath: { path: contract.socketDirectory, type: "DirectoryOrCreate" } },
        wait.cliVolume,
        ...(docker?.volumes ?? []),
        ...own.volumes,
      ],
    },
  };
  return runner.podTemplate === undefined ? pod : mergeTemplate(pod, runner.podTemplate);
}

/**
 * GitHub's runner cancels its job at the stop signal. This holds the signal back while a job's worker runs. The brackets
 * keep the pattern from matching the command line that it stands in.
 */
const WAIT_FOR_JOB = "while grep -lsqa '[R]unner.Worker' /proc/[0-9]*/cmdline; do sleep 5; done";
