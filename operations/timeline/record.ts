import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { UserError } from "../../modules/user-error";
import type { Job } from "./job";

/**
 * A record of jobs: a line of JSON each time that more is known of one; the last counts. What is no line of a job was cut when
 * its writer was killed, and is left out.
 */
export function readRecord(file: string): Job[] {
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
  const jobs = new Map(lines.flatMap((line) => jobIn(line) ?? []).map((job) => [job.uid, job]));
  if (lines.length > 0 && jobs.size === 0) throw new UserError(`${file} is no record of npm run timeline -- --watch: no line of it is a job`);
  return [...jobs.values()];
}

function jobIn(line: string): Job | undefined {
  try {
    const job = JSON.parse(line) as Partial<Job> | null;
    return typeof job?.uid === "string" && typeof job.moments === "object" && Array.isArray(job.pulls) ? (job as Job) : undefined;
  } catch {
    return undefined;
  }
}

/** Appends to a record what is new of jobs. Another one may go on with it later. */
export class Recorder {
  private readonly known: Map<string, Job>;
  private startsLine: boolean;

  constructor(private readonly file: string) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    this.known = new Map((text === "" ? [] : readRecord(file)).map((job) => [job.uid, job]));
    this.startsLine = text === "" || text.endsWith("\n");
    // A file that cannot be written is told at once, not with the first job.
    appendFileSync(file, "");
  }

  /** @returns how many jobs had something new. */
  add(jobs: readonly Job[]): number {
    const news = jobs.map((job) => merged(this.known.get(job.uid), job)).filter((job) => JSON.stringify(job) !== JSON.stringify(this.known.get(job.uid)));
    if (news.length === 0) return 0;
    appendFileSync(this.file, `${this.startsLine ? "" : "\n"}${news.map((job) => `${JSON.stringify(job)}\n`).join("")}`);
    this.startsLine = true;
    for (const job of news) this.known.set(job.uid, job);
    return news.length;
  }

  get jobs(): number {
    return this.known.size;
  }
}

/** What is known stays, though events and objects go; but a new pod begins anew. */
function merged(before: Job | undefined, now: Job): Job {
  if (before === undefined || now.failures > before.failures) return now;
  return { ...before, ...now, moments: { ...now.moments, ...before.moments }, pulls: before.pulls.length > now.pulls.length ? before.pulls : now.pulls };
}
