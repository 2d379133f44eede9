import type { Config } from "../../modules/config/schema";
import { RAID_MOUNT } from "../../modules/contract/fleet-contract";
import { plain } from "../plain";
import type { Event, Pod, Seen } from "../jobs/kinds";

/** Why something waits, and what to do. */
export interface Reason {
  readonly why: string;
  readonly todo: string;
}

/** Something that waits. */
export interface Waiting {
  /** Name of the runner; for a set, what is in `runs-on`. */
  readonly name: string;
  readonly set: string;
  /** For what, in a few words. */
  readonly waitsFor: string;
  /** For how long, in seconds; not known of a set. */
  readonly seconds?: number;
  readonly reason: Reason;
}

/** What is said to who asks. */
export interface Answer {
  readonly waiting: readonly Waiting[];
  /** Sentences on what was asked for by its name and does not wait. */
  readonly said: readonly string[];
}

/** What reasons are taken from. */
export interface Known {
  readonly config: Config;
  readonly seen: Seen;
  /** Seconds since 1970. */
  readonly now: number;
  /** The last line in the logs of a container that a pattern matches: its first group. */
  readonly logged: (pods: readonly Pod[], container: string, pattern: RegExp) => Promise<string | undefined>;
}

const LONGEST = 300;
/** Somebody else's words, as part of a sentence. */
export function quoted(words: string | undefined): string {
  const line = plain(words ?? "").replace(/\.$/, "");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

const PULL_ERRORS = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError"];

/** Why a pod that has a node does not run: its volumes, its network, or what a container of it waits for. */
export function podReason(pod: Pod, events: readonly Event[]): Reason | undefined {
  const namespace = pod.metadata.namespace ?? "";
  const describe = `kubectl -n ${namespace} describe pod ${pod.metadata.name}`;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = statuses.flatMap(({ name, image, state, lastState }) => (state?.waiting?.reason === undefined ? [] : [{ name, image, reason: state.waiting.reason, message: state.waiting.message, ended: lastState?.terminated }]));
  const pull = waiting.find(({ reason }) => PULL_ERRORS.includes(reason));
  if (pull !== undefined) {
    const failed = events.findLast(({ reason, message }) => reason === "Failed" && message?.startsWith("Failed to pull image"))?.message;
    return {
      why: `image ${pull.image} of container ${pull.name} does not come: ${pull.reason}, ${quoted(failed ?? pull.message)}`,
      todo: "Look whether the registry answers and the image is there; images.mirror and images.credentials take it from elsewhere.",
    };
  }
  const failed = events.findLast(({ reason }) => reason === "FailedMount" || reason === "FailedAttachVolume");
  const started = statuses.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined);
  if (failed !== undefined && !started) {
    return failed.message?.includes(RAID_MOUNT)
      ? {
          why: `its node has no array of NVMe disks: ${quoted(failed.message)}`,
          todo: "Give the fleet instance types that have NVMe disks, and an AMI from v20260707 on.",
        }
      : { why: `a volume cannot be mounted: ${quoted(failed.message)}`, todo: `Look at its volumes: ${describe}` };
  }
  const sandbox = events.findLast(({ reason }) => reason === "FailedCreatePodSandBox");
  if (sandbox !== undefined && !started) {
    return { why: `it gets no network: ${quoted(sandbox.message)}`, todo: "Look at the pod aws-node of its node, and whether its subnet has free addresses." };
  }
  const crash = waiting.find(({ reason }) => reason === "CrashLoopBackOff");
  if (crash !== undefined) {
    return {
      why: `its container ${crash.name} ends and is started again${crash.ended === undefined ? "" : ` (${crash.ended.reason ?? "Error"}, exit code ${crash.ended.exitCode})`}`,
      todo: `Its log says why: kubectl -n ${namespace} logs ${pod.metadata.name} -c ${crash.name} --previous`,
    };
  }
  const other = waiting.find(({ reason }) => reason !== "PodInitializing" && reason !== "ContainerCreating");
  if (other !== undefined) return { why: `its container ${other.name} waits: ${other.reason}, ${quoted(other.message)}`, todo: describe };
  return undefined;
}
