import type { Job } from "./job";
import { MOMENTS, type MomentId, type Owner } from "./moments";
import { pathOf, type Path } from "./path";

/** A job with its way. */
export interface Timeline {
  readonly job: Job;
  readonly path: Path;
}

/** How long a segment took over many jobs, in seconds. */
export interface Spread {
  readonly jobs: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}
export interface SegmentSpread extends Spread {
  readonly until: MomentId;
  readonly owner: Owner;
}

/** Which jobs to show. */
export interface Choice {
  /** Run, `RUN/JOB`, or the name of a runner. */
  readonly job?: string | undefined;
  readonly set?: string | undefined;
  /** Seconds since 1970. */
  readonly since: number;
}

/** The ways of the chosen jobs until `now`, or as far as they were recorded; the latest last. */
export function timelines(jobs: readonly Job[], { job, set, since }: Choice, now: number | undefined): Timeline[] {
  return jobs
    .filter((one) => (set === undefined || one.set === set) && (job === undefined || isNamed(one, job)))
    .flatMap((one) => {
      const path = pathOf(one, now);
      return path !== undefined && path.start >= since ? [{ job: one, path }] : [];
    })
    .sort((a, b) => a.path.start - b.path.start || (a.job.runner < b.job.runner ? -1 : 1));
}

export const isNamed = ({ runner, run, job }: Pick<Job, "runner" | "run" | "job">, name: string): boolean =>
  name === runner || (run !== undefined && (name === run || name === `${run}/${job}`));

/** The longest segment; of equals the first. */
export const slowest = ({ segments }: Path): Path["segments"][number] | undefined =>
  segments.reduce<Path["segments"][number] | undefined>((most, one) => (one.seconds > (most?.seconds ?? 0) ? one : most), undefined);

/** Each segment over the jobs that have begun. Where a moment in between is not known, it is not known whose the time was. */
export function spreads(all: readonly Timeline[]): SegmentSpread[] {
  const begun = all.filter(({ path }) => path.state === "has begun");
  return MOMENTS.flatMap(({ id, owner }) => {
    const own = begun.flatMap(({ path }) => path.segments.filter((segment) => segment.until === id && segment.with.length === 0));
    return own.length === 0 ? [] : [{ until: id, owner, ...spread(own.map(({ seconds }) => seconds)) }];
  });
}

/** The whole ways of the jobs that have begun. */
export function totals(all: readonly Timeline[]): Spread | undefined {
  const begun = all.filter(({ path }) => path.state === "has begun");
  return begun.length === 0 ? undefined : spread(begun.map(({ path }) => path.seconds));
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  // The nearest rank: a value that was seen.
  const rank = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1]!;
  return { jobs: sorted.length, p50: rank(50), p90: rank(90), p99: rank(99), most: sorted.at(-1)! };
}
