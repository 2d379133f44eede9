import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { image } from "../contract/sources";
import { CLI_CONTAINER, CLI_PATH, CLI_VOLUME } from "../contract/runner-names";
import { fleetContract, RUNNER_HOST_VARIABLE } from "../contract/fleet-contract";

/** How long a runner waits for its node's engine before it gives up; ARC then makes another pod. */
const ENGINE_WAIT_SECONDS = 600;
/** Bound of one try. On two cores the slowest first answer to 16 runners at once came after 3 s. */
const TRY_SECONDS = 60;

/**
 * Asks an engine which version it is: the cheapest question that only a working engine answers, some 0.05 s of its CPU.
 * `dagger core version` costs it 0.7 s and more, for the schema that the CLI reads first. Every Dagger version from
 * 0.16.3 on takes a query from its standard input (cmd/dagger/query.go at the tags). The bound is on the CLI itself:
 * BusyBox's `timeout` ends one process, not those below it.
 */
export const askVersion = (seconds: number): string => `echo '{version}' | timeout ${seconds} dagger query --silent`;

/**
 * The parts of a runner pod that give it the CLI of the engine's own version, and let it wait for the engine. The init
 * container copies the CLI out of the engine's image and proves, with the runner's own user and group, that the node's
 * engine answers, and is of that version: jobs never meet an engine that is not there yet, or one about to be replaced.
 */
export function engineWait(config: Config, fleet: FleetConfig, socketVolume: string) {
  const contract = fleetContract(fleet);
  return {
    initContainer: {
      name: CLI_CONTAINER,
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
    cliMount: { name: CLI_VOLUME, mountPath: CLI_PATH, subPath: "dagger", readOnly: true },
    cliVolume: { name: CLI_VOLUME, emptyDir: {} },
  };
}

/**
 * The CLI retries for ten minutes without a word, so each try has its own bound and the end has a sentence. It waits longer
 * after each refusal, up to half a minute (engine/client/buildkit.go), so it is not asked before there is a socket. A try that
 * failed is followed by a pause of chance length, so that runners which came together do not ask together again; it is
 * long when another version answered: that engine waits for its clients to leave, and each question makes one. The shell
 * waits for children in the background, since it hears the stop signal only between commands.
 */
function waitForEngine(fleet: FleetConfig): string {
  const { engineDaemonSet, socketUrl } = fleetContract(fleet);
  return `\
set -eu
trap 'exit 143' TERM
cp "$(command -v dagger)" /cli/dagger
deadline=$(($(date +%s) + ${ENGINE_WAIT_SECONDS}))
pause() { sleep $(($1 + $(od -An -N1 -tu1 /dev/urandom) % $1)) & wait $!; }
while :; do
  until [ -e ${socketUrl.replace("unix://", "")} ] || [ "$(date +%s)" -ge "$deadline" ]; do sleep 0.2 & wait $!; done
  ${askVersion(TRY_SECONDS)} >/tmp/answer 2>/tmp/error & wait $! || :
  version=$(sed -n 's/.*"version": *"v\\{0,1\\}\\([^"]*\\)".*/\\1/p' /tmp/answer)
  if [ "$version" = ${fleet.dagger} ]; then break; fi
  if [ "$(date +%s)" -ge "$deadline" ]; then
    if [ -n "$version" ]; then
      echo "The Dagger Engine on $NODE_NAME is v$version, and this runner is for v${fleet.dagger}." >&2
    else
      echo "No Dagger Engine v${fleet.dagger} answered on $${RUNNER_HOST_VARIABLE} within ${ENGINE_WAIT_SECONDS} s." >&2
    fi
    echo "Look at the pod of DaemonSet ${engineDaemonSet} in namespace ${fleet.namespace} on node $NODE_NAME." >&2
    cat /tmp/error >&2
    exit 1
  fi
  if [ -n "$version" ]; then pause 15; else pause 2; fi
done
echo "Dagger Engine on $NODE_NAME is ready: v$version"
`;
}
