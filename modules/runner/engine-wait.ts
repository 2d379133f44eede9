import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { image } from "../contract/sources";
import { fleetContract, RUNNER_HOST_VARIABLE } from "../contract/fleet-contract";

/** How long a runner waits for its node's engine before it gives up; ARC then makes another pod. */
const ENGINE_WAIT_SECONDS = 600;
const CLI_VOLUME = "dagger-cli";

/**
 * The parts of a runner pod that give it the CLI of the engine's own version, and let it wait for the engine. The init
 * container copies the CLI out of the engine's image and proves, with the runner's own user and group, that the node's
 * engine answers: jobs never meet an engine that is not there yet.
 */
export function engineWait(config: Config, fleet: FleetConfig, socketVolume: string) {
  const contract = fleetContract(fleet);
  return {
    initContainer: {
      name: "dagger-cli",
      image: image(config, contract.engineImage),
      command: ["sh", "-c", waitForEngine(fleet)],
      env: [
        { name: RUNNER_HOST_VARIABLE, value: contract.socketUrl },
        { name: "HOME", value: "/tmp" },
        { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      ],
      volumeMounts: [
        { name: socketVolume, mountPath: contract.socketMountPath },
        { name: CLI_VOLUME, mountPath: "/cli" },
      ],
    },
    cliMount: { name: CLI_VOLUME, mountPath: "/usr/local/bin/dagger", subPath: "dagger", readOnly: true },
    cliVolume: { name: CLI_VOLUME, emptyDir: {} },
  };
}

/** The CLI retries for ten minutes without a word, so each try has its own bound and the end has a sentence. */
function waitForEngine(fleet: FleetConfig): string {
  const { engineName } = fleetContract(fleet);
  return [
    "set -eu",
    // The first process of a container ignores the stop signal unless it says otherwise, and would hold its node.
    "trap 'exit 143' TERM",
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
