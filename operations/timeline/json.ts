import { MOMENTS, momentOf, type Moments } from "./moments";
import { spreads, totals, type Timeline } from "./timelines";
import { endOf } from "./words";

/** Jobs and their segments for machines: times in ISO 8601, lengths in seconds. */
export function timelinesJson(all: readonly Timeline[]) {
  return {
    jobs: all.map(({ job, path }) => ({
      ...job,
      state: path.state,
      from: path.from,
      to: path.to,
      start: iso(path.start),
      seconds: path.seconds,
      segments: path.segments.map((segment) => ({ ...segment, owner: momentOf(segment.until).owner, end: iso(endOf(path, segment)) })),
      moments: asTold(job.moments),
      notes: path.notes,
    })),
    segments: spreads(all),
    total: totals(all),
  };
}

/** All moments as the objects tell them, also those that nothing waited for. */
const asTold = (moments: Moments) => Object.fromEntries(MOMENTS.flatMap(({ id }) => (moments[id] === undefined ? [] : [[id, iso(moments[id])]])));

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
