import { seconds } from "../config/fields";
import type { FleetConfig } from "../config/fleet";

/** What an engine needs after its last client to write its cache down; its own budget is five minutes. */
const SHUTDOWN_SECONDS = 300;

/**
 * Runs before an engine gets its stop signal, at which it would cut every running pipeline: waits until no client is
 * connected, or the fleet's drain timeout is over. Connections to the socket are counted in the kernel's own table
 * (state 03 is connected), which needs no tool in the image. The readiness probe is a short client too, hence two
 * quiet looks in a row.
 */
export const drainScript = (fleet: FleetConfig): string =>
  [
    `end=$(($(date +%s) + ${seconds(fleet.engine.drainTimeout)}))`,
    "quiet=0",
    'while [ "$(date +%s)" -lt "$end" ]; do',
    "  if grep -q ' 03 *[0-9]* /run/dagger/engine.sock$' /proc/net/unix; then quiet=0; else quiet=$((quiet + 1)); fi",
    '  if [ "$quiet" -ge 2 ]; then exit 0; fi',
    "  sleep 5",
    "done",
  ].join("\n");

/** How long Kubernetes lets an engine stop: the drain, its shutdown, and a minute to spare. */
export const engineGraceSeconds = (fleet: FleetConfig): number =>
  seconds(fleet.engine.drainTimeout) + SHUTDOWN_SECONDS + 60;
