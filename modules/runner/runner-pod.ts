import { seconds } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig, ScaleSetRunner } from "../config/runners";
import type { Config } from "../config/schema";
import { proxyEnvironment } from "../contract/proxy";
import { image } from "../contract/sources";
import { dockerSidecar } from "./docker-sidecar";
import { engineWait } from "./engine-wait";
import { DAGGER_GID, fleetContract, RUNNER_HOST_VARIABLE } from "../contract/fleet-contract";

/** Secret with Dagger Cloud's token, in each fleet's namespace. */
export const CLOUD_SECRET = "dagger-cloud";
const SOCKET_VOLUME = "dagger-socket";

/** Annotation that keeps Karpenter from taking the node of a running job for any reason of its own. */
export const DO_NOT_DISRUPT = { "karpenter.sh/do-not-disrupt": "true" } as const;

/** Environment of a runner: its engine, Dagger Cloud's token where there is one (traces go out from the CLI), the proxy. */
export const runnerEnvironment = (config: Config, fleet: FleetConfig) => [
  { name: RUNNER_HOST_VARIABLE, value: fleetContract(fleet).socketUrl },
  ...(config.daggerCloud
    ? [{ name: "DAGGER_CLOUD_TOKEN", valueFrom: { secretKeyRef: { name: CLOUD_SECRET, key: "token" } } }]
    : []),
  ...proxyEnvironment(config),
];

/** Requests of a runner container. No limits: a job may use what its node has to spare. */
export const runnerRequests = ({ cpu, memory, storage }: RunnerConfig) => ({
  requests: { cpu: String(cpu), memory, ...(storage === "none" ? {} : { "ephemeral-storage": storage }) },
});

/** Pod template of a scale set: GitHub's image, with the engine's CLI and socket. */
export function runnerPod(config: Config, fleet: FleetConfig, runner: ScaleSetRunner) {
  const contract = fleetContract(fleet);
  const socketMount = { name: SOCKET_VOLUME, mountPath: contract.socketMountPath };
  const wait = engineWait(config, fleet, SOCKET_VOLUME);
  const docker = runner.docker ? dockerSidecar(config) : undefined;
  return {
    metadata: { annotations: DO_NOT_DISRUPT },
    spec: {
      nodeSelector: contract.nodeLabels,
      tolerations: [contract.toleration],
      securityContext: { runAsUser: 1001, runAsGroup: DAGGER_GID, fsGroup: DAGGER_GID },
      ...(runner.finishJobs ? { terminationGracePeriodSeconds: seconds(fleet.nodes.terminationGracePeriod) } : {}),
      initContainers: [wait.initContainer, ...(docker?.initContainers ?? [])],
      containers: [
        {
          name: "runner",
          image: image(config, config.versions.runnerImage),
          command: ["/home/runner/run.sh"],
          env: [...runnerEnvironment(config, fleet), ...(docker?.environment ?? [])],
          resources: runnerRequests(runner),
          volumeMounts: [socketMount, wait.cliMount, ...(docker?.volumeMounts ?? [])],
          ...(runner.finishJobs ? { lifecycle: { preStop: { exec: { command: ["sh", "-c", WAIT_FOR_JOB] } } } } : {}),
        },
      ],
      volumes: [
        // The engine makes the directory; a runner may come first.
        { name: SOCKET_VOLUME, hostPath: { path: contract.socketDirectory, type: "DirectoryOrCreate" } },
        wait.cliVolume,
        ...(docker?.volumes ?? []),
      ],
    },
  };
}

/**
 * GitHub's runner cancels its job at the stop signal. This holds the signal back while a job's worker runs. The brackets
 * keep the pattern from matching the command line that it stands in.
 */
const WAIT_FOR_JOB = "while grep -lsqa '[R]unner.Worker' /proc/[0-9]*/cmdline; do sleep 5; done";
