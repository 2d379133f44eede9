import { fleetContract } from "../../modules/contract/fleet-contract";
import { duration } from "../duration";
import { conditionOf, secondsOf } from "../jobs/kinds";
import type { Runner } from "../jobs/runners";
import { podReason, quoted, type Known, type Reason } from "./reason";

/** Why the engine of a runner's node does not answer it. */
export function engineReason({ fleet, engine, pod }: Runner, { seen, now }: Known): Reason {
  const node = pod?.spec?.nodeName ?? "";
  const { engineDaemonSet } = fleetContract(fleet);
  if (engine === undefined) {
    return { why: `there is no engine on node ${node}`, todo: `npm run verify looks at DaemonSet ${engineDaemonSet} in namespace ${fleet.namespace}.` };
  }
  const { name } = engine.metadata;
  if (engine.metadata.deletionTimestamp !== undefined) {
    return { why: `engine ${name} is being replaced, and waits for its jobs`, todo: "Wait, or end them: docs/operations.md, \"An engine restarts with a job on it\"." };
  }
  const events = seen.events.filter(({ involvedObject }) => involvedObject.uid === engine.metadata.uid);
  const reason = podReason(engine, events);
  if (reason !== undefined) return { ...reason, why: `engine ${name} does not run: ${reason.why}` };
  const image = engine.spec?.containers[0]?.image ?? "";
  if (!image.endsWith(`:v${fleet.dagger}`)) {
    return { why: `engine ${name} is of ${quoted(image)}, and the runner wants v${fleet.dagger}`, todo: "Wait: it is replaced when its jobs have ended. If not, apply the dagger stack." };
  }
  const container = engine.status?.containerStatuses?.[0]?.state;
  if (conditionOf(engine, "Ready")?.status === "True") {
    return { why: `engine ${name} is ready and has not answered this runner yet`, todo: `Wait a minute. Then its log: kubectl -n ${fleet.namespace} logs ${pod?.metadata.name} -c dagger-cli` };
  }
  const since = secondsOf(container?.running?.startedAt);
  return {
    why: since === undefined ? `engine ${name} is being started` : `engine ${name} runs for ${duration(now - since)} and is not ready`,
    todo: "Wait: it looks through a large cache first. Do not kill it.",
  };
}
