import type { FleetConfig, RunnerConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { image } from "../sources";
import { DAGGER_GID, fleetContract, RUNNER_HOST_VARIABLE } from "./fleet-contract";

/** How long a runner waits for its node's engine before it gives up; ARC then makes another pod. */
const ENGINE_WAIT_SECONDS = 600;
const SOCKET_VOLUME = "dagger-socket";
const CLI_VOLUME = "dagger-cli";

/**
 * Pod template of a runner: GitHub's image, with the CLI of the engine's own version and the engine's socket.
 * The init container copies the CLI out of the engine's image and proves, with the runner's own user and group, that
 * the node's engine answers; jobs never meet an engine that is not there yet.
 */
export function runnerPod(config: Config, fleet: FleetConfig, runner: RunnerConfig) {
  const contract = fleetContract(fleet);
  const socketMount = { name: SOCKET_VOLUME, mountPath: contract.socketMountPath };
  const runnerHost = { name: RUNNER_HOST_VARIABLE, value: contract.socketUrl };
  return {
    metadata: { annotations: { "karpenter.sh/do-not-disrupt": "true" } },
    spec: {
      nodeSelector: contract.nodeLabels,
      tolerations: [contract.toleration],
      securityContext: { runAsUser: 1001, runAsGroup: DAGGER_GID, fsGroup: DAGGER_GID },
      initContainers: [
        {
          name: "dagger-cli",
          image: image(config, contract.engineImage),
          command: ["sh", "-c", waitForEngine(fleet)],
          env: [
            runnerHost,
            { name: "HOME", value: "/tmp" },
            { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ],
          volumeMounts: [socketMount, { name: CLI_VOLUME, mountPath: "/cli" }],
        },
      ],
      containers: [
        {
          name: "runner",
          image: image(config, config.versions.runnerImage),
          command: ["/home/runner/run.sh"],
          env: [runnerHost],
          resources: {
            requests: { cpu: String(runner.cpu), memory: runner.memory, "ephemeral-storage": runner.storage },
          },
          volumeMounts: [
            socketMount,
            { name: CLI_VOLUME, mountPath: "/usr/local/bin/dagger", subPath: "dagger", readOnly: true },
          ],
        },
      ],
      volumes: [
        // The engine makes the directory; a runner may come first.
        { name: SOCKET_VOLUME, hostPath: { path: contract.socketDirectory, type: "DirectoryOrCreate" } },
        { name: CLI_VOLUME, emptyDir: {} },
      ],
    },
  };
}

/** The CLI retries for ten minutes without a word, so each try has its own bound and the end has a sentence. */
function waitForEngine(fleet: FleetConfig): string {
  const { engineName } = fleetContract(fleet);
  return [
    "set -eu",
    'cp "$(command -v dagger)" /cli/dagger',
    `deadline=$(($(date +%s) + ${ENGINE_WAIT_SECONDS}))`,
    "until timeout 20 dagger core version >/tmp/version 2>/tmp/error; do",
    '  if [ "$(date +%s)" -ge "$deadline" ]; then',
    `    echo "No Dagger Engine v${fleet.dagger} answered on $${RUNNER_HOST_VARIABLE} within ${ENGINE_WAIT_SECONDS} s." >&2`,
    `    echo "Look at the pod of DaemonSet ${engineName}-engine in namespace ${fleet.namespace} on node $NODE_NAME." >&2`,
    "    cat /tmp/error >&2",
    "    exit 1",
    "  fi",
    "  sleep 2",
    "done",
    `echo "Dagger Engine on $NODE_NAME is ready: $(cat /tmp/version)"`,
  ].join("\n");
}
