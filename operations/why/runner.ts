import { CLI_CONTAINER, RUNNER_CONTAINER } from "../../modules/contract/runner-names";
import type { Runner } from "../jobs/runners";
import { jobOf } from "../timeline/job";
import { momentOf } from "../timeline/moments";
import { pathOf } from "../timeline/path";
import { engineReason } from "./engine";
import { nodeReason } from "./node";
import { podReason, quoted, type Known, type Reason, type Waiting } from "./reason";
import { controllerError, credentials } from "./set";

/** How long a runner may be without a job before that is a question. */
const IDLE_SECONDS = 60;

/** Why a runner waits; nothing for one whose job has begun, or that waits for none. */
export async function runnerWaiting(runner: Runner, known: Known): Promise<Waiting | undefined> {
  const job = jobOf(runner);
  const path = pathOf(job, known.now);
  if (path === undefined || path.state === "has begun") return undefined;
  const waiting = (waitsFor: string, reason: Reason): Waiting => ({ name: runner.name, set: job.set, waitsFor, seconds: path.seconds, reason });
  if (path.state === "idle") {
    const idle = known.now - path.start - path.seconds;
    if (job.idles || idle < IDLE_SECONDS) return undefined;
    return { ...waiting("a job of GitHub", await idleReason(runner, known)), seconds: idle };
  }
  return waiting(momentOf(path.to).until, await reasonOf(runner, known));
}

async function reasonOf(runner: Runner, known: Known): Promise<Reason> {
  const { object, pod, events } = runner;
  const { phase, reason: said, message } = object.of.status ?? {};
  if (phase === "Failed") return { why: `ARC gave it up (${quoted(said)}): ${quoted(message)}`, todo: `${admission(message)}Then take it away: kubectl -n ${runner.fleet.namespace} delete ${object.kind === "scale-set" ? "ephemeralrunner" : "runner"} ${runner.name}` };
  if (pod === undefined) return await noPod(runner, known);
  if (pod.spec?.nodeName === undefined) return nodeReason(runner, known);
  if (pod.metadata.deletionTimestamp !== undefined) return { why: "its pod is being deleted", todo: "ARC makes another: ask again." };
  const failed = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (failed?.name === CLI_CONTAINER) return { why: `its engine did not answer in time (init container ${CLI_CONTAINER} ended with ${failed.state!.terminated!.exitCode})`, todo: `ARC makes its pod again. Why: ${engineReason(runner, known).why}` };
  const cli = pod.status?.initContainerStatuses?.find(({ name }) => name === CLI_CONTAINER)?.state;
  if (cli?.running !== undefined) return engineReason(runner, known);
  return podReason(pod, events) ?? starting(runner);
}

/** On its node, and nothing is wrong that Kubernetes tells. */
function starting({ pod, events }: Runner): Reason {
  const pulling = events.findLast(({ reason }) => reason === "Pulling" || reason === "Pulled");
  const said = pulling?.reason === "Pulling" ? quoted(pulling.message).replace(/^Pulling image /, "its node pulls image ") : "its pod is being started on its node";
  return { why: `${said} (${pod?.spec?.nodeName})`, todo: "Wait. A mirror near the nodes (images.mirror) makes pulls shorter." };
}

async function noPod(runner: Runner, known: Known): Promise<Reason> {
  const { fleet, object, name } = runner;
  const { seen } = known;
  const quotas = seen.quotas.filter(({ metadata, status }) => metadata?.namespace === fleet.namespace && status?.hard !== undefined);
  const error = object.kind === "scale-set" ? await controllerError(name, known) : "";
  if (error.includes('exceeded quota') || (error === "" && quotas.some(isUsedUp))) {
    const used = quotas.map(({ metadata, status }) => `${metadata?.name} has ${Object.keys(status?.hard ?? {}).map((key) => `${key} ${status?.used?.[key] ?? "0"} of ${status?.hard?.[key]}`).join(", ")}`);
    return { why: `a ResourceQuota of namespace ${fleet.namespace} is used up: ${used.join("; ")}`, todo: "Raise it, or wait until jobs end: ARC tries every 30 s." };
  }
  const event = seen.events.findLast(({ involvedObject, type }) => involvedObject.name === name && involvedObject.namespace === fleet.namespace && type === "Warning");
  const said = error || quoted(event?.message) || quoted(object.of.status?.message);
  if (said !== "") return { why: `ARC cannot make its pod: ${said}`, todo: `${credentials(said)}${admission(said)}${said === "" ? "" : "ARC tries again."}` };
  if (object.kind === "scale-set" && (object.of.status?.runnerId ?? 0) === 0) {
    return { why: "ARC has no registration for it from GitHub yet", todo: "It takes seconds: ask again. Then look at ARC's log; npm run doctor looks at GitHub's credentials." };
  }
  const failures = object.kind === "scale-set" ? Object.keys(object.of.status?.failures ?? {}).length : 0;
  if (failures > 0) return { why: `its pod failed ${failures === 1 ? "once" : `${failures} times`}, and ARC pauses before the next`, todo: `kubectl -n ${fleet.namespace} get events --field-selector involvedObject.name=${name}` };
  return { why: "ARC has not made its pod yet", todo: "It takes seconds: ask again." };
}

const isUsedUp = ({ status }: Known["seen"]["quotas"][number]): boolean => Object.entries(status?.hard ?? {}).some(([key, hard]) => status?.used?.[key] === hard);

const admission = (message = ""): string => (/admission webhook|is forbidden|violates PodSecurity|denied/.test(message) ? "Something in the cluster refuses such pods: let it, as docs/security.md says what they need. " : "");

/** What GitHub's runner says when nothing comes. */
const RUNNER_SAYS = /((?:An error occurred|.*(?:deprecated and cannot receive messages|runner version|Failed to create a session|A session for this runner already exists)).*)/;

async function idleReason({ pod, fleet, size, name }: Runner, { logged }: Known): Promise<Reason> {
  const said = quoted(pod && (await logged([pod], RUNNER_CONTAINER, RUNNER_SAYS)));
  if (/deprecated|version/.test(said)) return { why: `GitHub refuses its version: ${said}`, todo: "Renew versions.runnerImage and apply the dagger stack." };
  if (said !== "") return { why: `its log says: ${said}`, todo: `kubectl -n ${fleet.namespace} logs ${name} -c ${RUNNER_CONTAINER}` };
  return {
    why: "it is registered, and GitHub gives it no job",
    todo: `Its job may have been cancelled; then ARC takes it away. Else: runs-on must be ${size.runsOn}, and its runner group${size.runnerGroup === undefined ? "" : ` ${size.runnerGroup}`} must allow the repository.`,
  };
}
