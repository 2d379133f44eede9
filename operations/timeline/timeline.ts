import { writeFileSync } from "node:fs";
import { didYouMean } from "../../modules/config/did-you-mean";
import { seconds } from "../../modules/config/fields/quantities";
import type { Config } from "../../modules/config/schema";
import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { withGithub } from "./github";
import { timelinesJson } from "./json";
import { timelinesPage } from "./page";
import { readRecord } from "./record";
import { timelinesText } from "./text";
import { timelines } from "./timelines";

export interface TimelineOptions {
  readonly job?: string;
  readonly set?: string;
  readonly since: string;
  readonly json: boolean;
  /** File for the page. */
  readonly html?: string;
  /** File to which jobs are recorded as they come. */
  readonly watch?: string;
  /** Such a file, instead of the cluster. */
  readonly from?: string;
}

/** `npm run timeline`. */
export async function timeline({ job, set, since, json, html, watch, from }: TimelineOptions, say: (text: string) => void): Promise<void> {
  if (!/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/.test(since)) throw new UserError(`--since ${since}: a duration such as 24h or 1h30m`);
  const config = loadConfig();
  requireSet(config, set);
  // The client of Kubernetes takes half a second to load: not for a file.
  const inCluster = async () => ({ ...(await import("./watch")), ...(await import("../kubernetes/objects")) });
  if (watch !== undefined) {
    const { watchJobs } = await inCluster();
    await watchJobs(config, watch, (line) => console.error(line));
    return;
  }
  const now = Math.floor(Date.now() / 1000);
  const known = from === undefined ? await inCluster().then(({ jobsOf, defaultKubeConfig }) => jobsOf(defaultKubeConfig(), config)) : readRecord(from);
  const jobs = await withGithub(config, known, (line) => console.error(line));
  const chosen = timelines(jobs, { job, set, since: now - seconds(since) }, from === undefined ? now : undefined);
  if (job !== undefined && chosen.length === 0) throw new UserError(notThere(job, from));
  if (html !== undefined) {
    writeFileSync(html, timelinesPage(chosen, now));
    console.error(`wrote ${html}: ${chosen.length === 1 ? "1 job" : `${chosen.length} jobs`}`);
    if (!json) return;
  }
  say(json ? JSON.stringify(timelinesJson(chosen), null, 2) : timelinesText(chosen));
}

function requireSet({ fleets }: Config, set: string | undefined): void {
  const sets = fleets.flatMap(({ runners }) => runners.map(({ runsOn }) => runsOn));
  if (set === undefined || sets.includes(set)) return;
  throw new UserError(`--set ${set}: there is no such set${didYouMean(set, sets) || `; there is ${sets.join(", ")}`}`);
}

const notThere = (job: string, from: string | undefined): string =>
  from === undefined
    ? `no runner of these sets has the job ${job}, or is called so. A runner knows its job only when it has taken it, and goes with it: npm run timeline lists those that are there, --watch records them`
    : `${from} knows no job ${job}, and no runner of that name, in this time`;
