import type { Config } from "../../modules/config/schema";
import { githubOf } from "../../modules/contract/github";
import { githubToken } from "../doctor/delivery-checks";
import { ask, githubApi } from "../doctor/github-checks";
import { secondsOf } from "../jobs/kinds";
import type { Job } from "./job";

/** How many of GitHub's answers are awaited at once. */
const AT_ONCE = 8;

/** What GitHub's API says of a job; times as texts. */
interface GithubJob {
  readonly name: string;
  readonly runner_name: string | null;
  readonly created_at?: string;
  readonly started_at?: string | null;
  readonly steps?: readonly { readonly started_at?: string | null }[];
}

/** Jobs with what only GitHub knows of them, where there is a token. What it does not tell is said, and stays out. */
export async function withGithub(config: Config, jobs: readonly Job[], say: (line: string) => void): Promise<readonly Job[]> {
  const token = githubToken();
  if (token === undefined) return jobs;
  const runs = new Map<string, string>();
  for (const job of jobs) {
    const fleet = config.fleets.find(({ name }) => name === job.fleet);
    if (fleet === undefined || job.run === undefined || !/^[\w.-]+\/[\w.-]+$/.test(job.repository ?? "") || !/^\d+$/.test(job.run)) continue;
    const api = process.env.GITHUB_API_URL ?? githubApi(githubOf(config, fleet));
    runs.set(runOf(job), `${api}/repos/${job.repository}/actions/runs/${job.run}/jobs`);
  }
  const told = new Map<string, readonly GithubJob[]>();
  const rest = [...runs];
  const work = async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) told.set(next[0], await jobsOfRun(next[1], token, say));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return jobs.map((job) => withTold(job, told.get(runOf(job))?.find((one) => one.runner_name === job.runner)));
}

const runOf = ({ repository, run }: Job): string => `${repository} ${run}`;

async function jobsOfRun(url: string, token: string, say: (line: string) => void): Promise<GithubJob[]> {
  const all: GithubJob[] = [];
  for (let page = 1; ; page++) {
    const { status, body } = await ask(`${url}?filter=all&per_page=100&page=${page}`, token).catch((error: unknown) => ({ status: String(error), body: undefined }));
    const { jobs, total_count: total = 0, message } = (body ?? {}) as { jobs?: GithubJob[]; total_count?: number; message?: string };
    if (jobs === undefined) {
      say(`GitHub does not tell of ${url}: ${status}${message === undefined ? "" : `, ${message}`}`);
      return all;
    }
    all.push(...jobs);
    if (jobs.length === 0 || all.length >= total) return all;
  }
}

function withTold(job: Job, told: GithubJob | undefined): Job {
  if (told === undefined) return job;
  const moments = {
    queued: secondsOf(told.created_at),
    taken: job.moments.taken ?? secondsOf(told.started_at ?? undefined),
    step: secondsOf(told.steps?.[0]?.started_at ?? undefined),
  };
  return { ...job, moments: { ...job.moments, ...Object.fromEntries(Object.entries(moments).filter(([, at]) => at !== undefined)) } };
}
