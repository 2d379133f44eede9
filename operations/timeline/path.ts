import type { Job } from "./job";
import { MOMENTS, momentOf, nextOf, type MomentId, type Moments } from "./moments";

/** A part of a job's way: from what was before until a moment. */
export interface Segment {
  readonly until: MomentId;
  readonly seconds: number;
  /** Moments in between that no object tells: their time is in this segment. */
  readonly with: readonly MomentId[];
  /** Whether it lasts still. */
  readonly open: boolean;
}

export interface Path {
  /** `broke off`: a record ends before its job had begun. */
  readonly state: "waits" | "broke off" | "idle" | "has begun";
  /** Seconds since 1970. */
  readonly start: number;
  readonly from: MomentId;
  readonly to: MomentId;
  readonly segments: readonly Segment[];
  /** Exactly the sum of all segments. */
  readonly seconds: number;
  readonly notes: readonly string[];
}

/**
 * The way of a job until `now`, or as far as it was recorded; nothing where no object tells when it began. Each segment is the time that was waited
 * for its moment after all before it were there: what came earlier, such as a node that was there already, takes 0 s. So
 * no segment is negative, and all together are the total to the second.
 */
export function pathOf(job: Job, now: number | undefined): Path | undefined {
  const moments = waitedFor(job);
  const reached = MOMENTS.map(({ id }) => id).filter((id) => moments[id] !== undefined);
  const [from] = reached;
  if (from === undefined) return undefined;
  const start = moments[from]!;
  const last = reached.at(-1)!;
  const state = stateOf(job, moments, now === undefined ? "broke off" : "waits");
  const next = state === "waits" ? openAfter(job, last) : undefined;
  const segments: Segment[] = [];
  let at = start;
  let unknown: MomentId[] = [];
  for (let id = nextOf(from); id !== undefined; id = nextOf(id)) {
    const open = id === next;
    const moment = open ? now : moments[id];
    if (moment === undefined) unknown.push(id);
    else {
      segments.push({ until: id, seconds: Math.max(0, moment - at), with: unknown, open });
      at = Math.max(at, moment);
      unknown = [];
    }
    if (open) break;
  }
  return { state, start, from, to: next ?? last, segments, seconds: at - start, notes: notesOf(job) };
}

function stateOf({ kind, job, run }: Job, moments: Moments, before: Path["state"]): Path["state"] {
  if (moments.taken !== undefined || moments.step !== undefined) return "has begun";
  if (moments.started === undefined) return before;
  return job !== undefined || run !== undefined || kind === "runner-deployment" ? "has begun" : "idle";
}

/** What is waited for now. Nobody buys persistent nodes. */
const openAfter = ({ persistent }: Job, last: MomentId): MomentId => (persistent && last === "pod" ? "bound" : (nextOf(last) ?? last));

/**
 * The moments that the pod waited for. The scheduler binds a pod to a node whose taints allow it, and Karpenter notes only
 * then that the node is initialised; an engine answers before its readiness is looked at again. A runner of a set that keeps
 * some may have been there long before its job was queued, which only GitHub tells.
 */
function waitedFor({ moments, idles }: Job): Moments {
  const waited: Partial<Record<MomentId, number>> = { ...moments };
  const notAfter = (id: MomentId, end: number | undefined) => {
    if (waited[id] !== undefined && end !== undefined) waited[id] = Math.min(waited[id], end);
  };
  for (const id of ["claim", "launched", "registered", "initialised"] as const) notAfter(id, moments.bound);
  notAfter("engine", moments.answered);
  if (moments.cli === undefined) delete waited.engine;
  if (idles && moments.queued === undefined) {
    delete waited.taken;
    delete waited.step;
  }
  return waited;
}

/** What one clock alone would never tell: a thing before what it needs. */
const ORDERS: readonly (readonly MomentId[])[] = [
  ["assigned", "pod", "bound", "cli", "answered", "image", "started", "taken", "step"],
  ["claim", "launched", "registered", "initialised"],
  ["queued", "taken"],
];

function notesOf({ moments, failures, idles }: Job): string[] {
  const skewed = ORDERS.flatMap((order) => {
    const known = order.filter((id) => moments[id] !== undefined);
    return known.slice(1).flatMap((id, i) => {
      const before = known[i]!;
      const seconds = moments[before]! - moments[id]!;
      // Times are cut to whole seconds.
      return seconds > 1 ? [`clocks differ: "${momentOf(id).title}" is told ${seconds} s before "${momentOf(before).title}"`] : [];
    });
  });
  return [
    ...(failures > 0 ? [`${failures === 1 ? "a pod of it" : `${failures} pods of it`} failed before, and the time of that is in "pod"`] : []),
    ...(idles && moments.queued === undefined && moments.taken !== undefined
      ? ["its set keeps runners, and only GitHub tells when its job was queued: the way ends with its start (set GITHUB_TOKEN)"]
      : []),
    ...skewed,
  ];
}
