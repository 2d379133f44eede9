import { CLI_CONTAINER, RUNNER_CONTAINER } from "../../modules/contract/runner-names";
import { isPersistent } from "../../modules/config/fleet";
import { conditionOf, secondsOf, type Pod, type WithConditions } from "../jobs/kinds";
import type { Runner } from "../jobs/runners";
import { plain } from "../plain";
import type { Moments } from "./moments";
import { pullsOf, type Pull } from "./pulls";

/** What is known of a runner on its way to its job: facts only, as they are recorded. */
export interface Job {
  /** Name of the runner, and of its pod. */
  readonly runner: string;
  readonly uid: string;
  readonly namespace: string;
  readonly fleet: string;
  /** What the workflow has in `runs-on`. */
  readonly set: string;
  readonly kind: "scale-set" | "runner-deployment";
  readonly node?: string;
  readonly instanceType?: string;
  readonly repository?: string;
  readonly run?: string;
  readonly job?: string;
  readonly moments: Moments;
  readonly pulls: readonly Pull[];
  /** How many pods of this runner failed before the one that is looked at. */
  readonly failures: number;
  /** Whether the set keeps runners that wait for no job yet. */
  readonly idles: boolean;
  /** Whether its nodes are there without Karpenter. */
  readonly persistent: boolean;
}

export function jobOf(runner: Runner): Job {
  const { fleet, size, object, name, pod, claim, events } = runner;
  const node = pod?.spec?.nodeName ?? claim?.status?.nodeName;
  const instanceType = claim?.metadata.labels?.["node.kubernetes.io/instance-type"];
  return {
    runner: name,
    uid: object.of.metadata.uid ?? name,
    namespace: fleet.namespace,
    fleet: fleet.name,
    set: size.runsOn,
    kind: object.kind,
    ...known({ node, instanceType, ...assignment(object) }),
    moments: known(momentsOf(runner)),
    pulls: pullsOf(events),
    failures: object.kind === "scale-set" ? Object.keys(object.of.status?.failures ?? {}).filter((uid) => uid !== pod?.metadata.uid).length : 0,
    idles: size.kind === "scale-set" ? size.min > 0 : size.scaling.mode === "fixed" || size.scaling.min > 0,
    persistent: isPersistent(fleet),
  };
}

/** The job that a runner has taken. */
function assignment(object: Runner["object"]) {
  if (object.kind === "scale-set") {
    const { jobRepositoryName, workflowRunId, jobDisplayName } = object.of.status ?? {};
    return { repository: text(jobRepositoryName), run: text(workflowRunId?.toString()), job: text(jobDisplayName) };
  }
  const { repository, runID, job } = object.of.status?.workflow ?? {};
  return { repository: text(repository), run: text(runID), job: text(job) };
}
/** Names of jobs are written by whoever writes workflows. */
const text = (value: string | undefined) => (value === undefined || value === "" || value === "0" ? undefined : plain(value));

function momentsOf({ object, pod, claim, engine, events }: Runner): Record<keyof Moments, number | undefined> {
  const cli = pod?.status?.initContainerStatuses?.find(({ name }) => name === CLI_CONTAINER);
  const cliEnded = cli?.state?.terminated?.exitCode === 0 ? cli.state.terminated : undefined;
  const runner = pod?.status?.containerStatuses?.find(({ name }) => name === RUNNER_CONTAINER);
  const image = events.find(({ reason, involvedObject }) => reason === "Pulled" && involvedObject.fieldPath === `spec.containers{${RUNNER_CONTAINER}}`);
  return {
    queued: undefined,
    assigned: secondsOf(object.of.metadata.creationTimestamp),
    pod: secondsOf(pod?.metadata.creationTimestamp),
    claim: secondsOf(claim?.metadata.creationTimestamp),
    launched: since(claim, "Launched"),
    registered: since(claim, "Registered"),
    initialised: since(claim, "Initialized"),
    bound: since(pod, "PodScheduled"),
    cli: secondsOf(cliEnded?.startedAt ?? cli?.state?.running?.startedAt),
    engine: engineReady(engine, secondsOf(cliEnded?.finishedAt)),
    answered: secondsOf(cliEnded?.finishedAt),
    image: secondsOf(image?.firstTimestamp ?? image?.eventTime),
    started: secondsOf(runner?.state?.running?.startedAt ?? runner?.state?.terminated?.startedAt),
    taken: object.kind === "scale-set" ? jobWritten(object.of) : undefined,
    step: undefined,
  };
}

/** Since when a condition is true. */
function since(object: WithConditions | undefined, type: string): number | undefined {
  const condition = conditionOf(object, type);
  return condition?.status === "True" ? secondsOf(condition.lastTransitionTime) : undefined;
}

/** An engine that was started again after it had answered tells nothing of the time before. */
function engineReady(engine: Pod | undefined, answered: number | undefined): number | undefined {
  const started = secondsOf(engine?.status?.containerStatuses?.[0]?.state?.running?.startedAt);
  if (answered !== undefined && started !== undefined && started > answered) return undefined;
  return since(engine, "Ready");
}

/**
 * When the listener wrote the job into a runner's status. It does so once, when GitHub says that the job has started; the
 * API server keeps who wrote which fields when.
 */
function jobWritten({ metadata, status }: Extract<Runner["object"], { kind: "scale-set" }>["of"]): number | undefined {
  if (status?.jobId === undefined && status?.workflowRunId === undefined) return undefined;
  const entry = metadata.managedFields?.find(({ subresource, fieldsV1 }) => subresource === "status" && "f:workflowRunId" in ((fieldsV1 as { "f:status"?: object } | undefined)?.["f:status"] ?? {}));
  return secondsOf(entry?.time);
}

/** Without what is not known. */
const known = <T extends object>(all: T) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
