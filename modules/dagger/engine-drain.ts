import { seconds } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";

/** How long pipelines that are cut off have to tell their clients so, and those to leave. */
const CUT_SECONDS = 60;
/** What an engine needs after its last client to write its cache down; its own budget is five minutes. */
const SHUTDOWN_SECONDS = 300;

/**
 * Runs before an engine gets its stop signal, and holds it back until no client is connected. An engine that is told to
 * stop with a client connected never does: each waits for the other until both are killed, and the cache is lost
 * (dagger/dagger#13951). So when the fleet's drain timeout is over, this ends what pipelines still run, which clients
 * take for failed steps and leave.
 *
 * A Unix connection is listed in the network namespace of whoever opened it, which for a runner is not the engine's. So
 * a runner's connection is a socket among the engine's files that no table of the engine's own namespace has. Clients
 * inside the pod are in the table of Unix sockets, in state 03 (connected). The readiness probe is such a client, for a
 * moment: hence two quiet looks in a row. What pipelines run has a PID namespace below the engine's own.
 *
 * It needs only what every engine image since 0.17.0 has: a shell and the plain tools of BusyBox.
 */
export const drainScript = (fleet: FleetConfig): string => `\
engine=$(cat /proc/[0-9]*/status 2>/dev/null |
  awk '/^Name:/ { name = $2 } /^NSpid:/ && NF == 2 && name == "dagger-engine" { print $2; exit }')
quiet() {
  { (cd /proc/net && cat unix tcp tcp6 udp udp6 raw raw6 packet netlink); ls -l "/proc/$engine/fd"; } 2>/dev/null | awk '
    / -> socket:/ { gsub(/.*\\[|\\].*/, ""); if (!($0 in own)) connected = 1; next }
    $6 == "03" && $8 ~ "/(engine|buildkitd)[.]sock$" { connected = 1 }
    { for (i = 1; i <= NF; i++) own[$i] }
    END { exit connected }'
}
cut_off() {
  pids=$(cat /proc/[0-9]*/status 2>/dev/null | awk '/^NSpid:/ && NF > 2 { print $2 }')
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null
}
wait_for() {
  end=$(($(date +%s) + $1))
  looks=0
  while [ "$(date +%s)" -lt "$end" ]; do
    if quiet; then looks=$((looks + 1)); else looks=0; $2; fi
    if [ "$looks" -ge 2 ]; then exit 0; fi
    sleep "$3"
  done
}
say() { echo "preStop: $1" >>/proc/1/fd/2; }
[ -n "$engine" ] || exit 0
wait_for ${seconds(fleet.engine.drainTimeout)} : 5
say "clients are connected after ${fleet.engine.drainTimeout}; ending their pipelines"
wait_for ${CUT_SECONDS} cut_off 2
say "clients are connected still: the engine may hang until it is killed, and lose its cache"
`;

/** How long Kubernetes lets an engine stop: the drain, its end, its shutdown, and a minute to spare. */
export const engineGraceSeconds = (fleet: FleetConfig): number =>
  seconds(fleet.engine.drainTimeout) + CUT_SECONDS + SHUTDOWN_SECONDS + 60;
