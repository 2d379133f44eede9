import { didYouMean } from "../../modules/config/did-you-mean";
import { runsOnLabels } from "../../modules/config/runners";
import type { Config } from "../../modules/config/schema";
import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { KINDS, type KindName } from "../jobs/kinds";
import { runnersOf, type Runner } from "../jobs/runners";
import { jobOf } from "../timeline/job";
import { isNamed } from "../timeline/timelines";
import { queuedJobs, type QueuedJob } from "./queued";
import type { Answer, Known, Waiting } from "./reason";
import { runnerWaiting } from "./runner";
import { setReason, type RunnerSetOf } from "./set";
import { whyText } from "./text";

/** `npm run why`. */
export async function why(name: string | undefined, { json }: { readonly json: boolean }, say: (text: string) => void): Promise<void> {
  const config = loadConfig();
  // The client of Kubernetes takes half a second to load: not for --help, nor for a bad configuration.
  const [{ defaultKubeConfig }, { readSeen }, { logReader }] = await Promise.all([import("../kubernetes/objects"), import("../jobs/read"), import("./logs")]);
  const kubeConfig = defaultKubeConfig();
  const seen = await readSeen(kubeConfig, config, Object.keys(KINDS) as KindName[]);
  const known: Known = { config, seen, now: Math.floor(Date.now() / 1000), logged: logReader(kubeConfig) };
  const answer = name === undefined ? await everything(known) : await named(name, known);
  say(json ? JSON.stringify(answer, null, 2) : whyText(answer));
}

const setsOf = ({ fleets }: Config): RunnerSetOf[] => fleets.flatMap((fleet) => fleet.runners.map((size) => ({ fleet, size })));
const present = <T>(all: readonly (T | undefined)[]): T[] => all.filter((one) => one !== undefined);

async function waitingOf(runners: readonly Runner[], sets: readonly RunnerSetOf[], known: Known): Promise<Waiting[]> {
  const ofSets = sets.map(async (set): Promise<Waiting | undefined> => {
    const reason = await setReason(set, known);
    return reason && { name: set.size.runsOn, set: set.size.runsOn, waitsFor: "a runner", reason };
  });
  return present([...(await Promise.all(ofSets)), ...(await Promise.all(runners.map((runner) => runnerWaiting(runner, known))))]);
}

const everything = async (known: Known): Promise<Answer> => ({ waiting: await waitingOf(runnersOf(known.config, known.seen), setsOf(known.config), known), said: [] });

async function named(name: string, known: Known): Promise<Answer> {
  const runners = runnersOf(known.config, known.seen);
  const sets = setsOf(known.config);
  const set = sets.find(({ size }) => runsOnLabels(size).includes(name));
  if (set !== undefined) return await ofSet(set, runners, known);
  const own = runners.filter((runner) => isNamed(jobOf(runner), name.replace(IN_URL, "$2")));
  if (own.length > 0) {
    const waiting = await waitingOf(own, [], known);
    return { waiting, said: own.filter((runner) => waiting.every((one) => one.name !== runner.name)).map(doesNotWait) };
  }
  const run = RUN.exec(name) ?? IN_URL.exec(name);
  if (run === null) {
    const all = [...sets.flatMap(({ size }) => runsOnLabels(size)), ...runners.map((runner) => runner.name)];
    throw new UserError(`there is no set and no runner ${name}${didYouMean(name, all) || `; sets are ${sets.map(({ size }) => size.runsOn).join(", ")}`}`);
  }
  return await ofQueue(await queuedJobs(known.config, name), name, runners, known);
}

/** A run, with the name of a job or without; and the address of either in GitHub's pages. */
const RUN = /^(\d+)(?:\/.*)?$/;
const IN_URL = /^https:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)(?:\/.*)?$/;

async function ofSet(set: RunnerSetOf, runners: readonly Runner[], known: Known): Promise<Answer> {
  const own = runners.filter(({ fleet, size }) => fleet === set.fleet && size === set.size);
  const waiting = await waitingOf(own, [set], known);
  const { runsOn, runnerGroup } = set.size;
  return {
    waiting,
    said:
      waiting.length > 0
        ? []
        : [
            `${runsOn} is ready, with ${own.length === 1 ? "1 runner" : `${own.length} runners`}, and waits for nothing. If a job of GitHub queues for it: runs-on must be exactly ${runsOn}, and ` +
              `${runnerGroup === undefined ? "the runner group" : `runner group ${runnerGroup}`} must allow the repository; public repositories are off by default.`,
          ],
  };
}

function doesNotWait(runner: Runner): string {
  const { repository, run, job } = jobOf(runner);
  const what = [repository, run, job].filter((part) => part !== undefined).join(" ");
  return `${runner.name} waits for nothing: ${what === "" ? "it is idle" : `it has ${what}`}.`;
}

/** Jobs that no runner has taken: why there is none for them. */
async function ofQueue(jobs: readonly QueuedJob[], name: string, runners: readonly Runner[], known: Known): Promise<Answer> {
  const sets = setsOf(known.config);
  const answers = await Promise.all(
    jobs.map(async ({ job, labels, status }): Promise<Answer> => {
      if (status !== "queued") return { waiting: [], said: [`${job} is ${status.replace("_", " ")} at GitHub${status === "waiting" ? ": an environment or a rule must let it go" : ""}.`] };
      const set = sets.find(({ size }) => labels.every((label) => runsOnLabels(size).includes(label)));
      if (set !== undefined) return await ofSet(set, runners, known);
      return { waiting: [], said: [`${job} has runs-on [${labels.join(", ")}], and no set of this configuration has that: write one of ${sets.map(({ size }) => size.runsOn).join(", ")}.`] };
    }),
  );
  if (answers.length === 0) return { waiting: [], said: [`GitHub has no job ${name} that is not completed.`] };
  return { waiting: answers.flatMap(({ waiting }) => waiting), said: answers.flatMap(({ said }) => said) };
}
