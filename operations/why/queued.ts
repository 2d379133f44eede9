import type { Config } from "../../modules/config/schema";
import { allGithubs } from "../../modules/contract/github";
import { UserError } from "../../modules/user-error";
import { githubToken } from "../doctor/delivery-checks";
import { ask, githubApi } from "../doctor/github-checks";
import { plain } from "../plain";

/** A job that GitHub knows and that has not ended. */
export interface QueuedJob {
  readonly job: string;
  readonly labels: readonly string[];
  readonly status: string;
}

const ADDRESS = /^https:\/\/([^/]+)\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)(?:\/job\/(\d+))?/;

/** What GitHub says of a run, or of one job of it, by its address in GitHub's pages. */
export async function queuedJobs({ ...config }: Config, name: string): Promise<QueuedJob[]> {
  const [, host, repository, run, job] = ADDRESS.exec(name) ?? [];
  const token = githubToken();
  if (repository === undefined || token === undefined) {
    throw new UserError(
      `no runner has taken ${name}, and only GitHub knows of jobs that none has taken: ask with what it has in runs-on (npm run why -- <runs-on>), ` +
        "or with its address in GitHub's pages and GITHUB_TOKEN set",
    );
  }
  const github = allGithubs(config).find(({ server }) => (server?.url ?? "https://github.com") === `https://${host}`);
  if (github === undefined) throw new UserError(`${name} is not at a GitHub of this configuration`);
  const url = `${process.env.GITHUB_API_URL ?? githubApi(github)}/repos/${repository}/actions/${job === undefined ? `runs/${run}/jobs?per_page=100` : `jobs/${job}`}`;
  const { status, body } = await ask(url, token).catch((error: unknown) => ({ status: String(error), body: undefined }));
  if (status !== 200) throw new UserError(`GitHub does not tell of ${name}: it answers ${status} to ${url}`);
  const jobs = (job === undefined ? (body as { jobs?: GithubJob[] }).jobs : [body as GithubJob]) ?? [];
  return jobs.filter(({ status: of }) => of !== "completed").map(({ name: called, labels, status: of }) => ({ job: plain(called), labels: labels.map(plain), status: of }));
}

interface GithubJob {
  readonly name: string;
  readonly labels: readonly string[];
  readonly status: string;
}
