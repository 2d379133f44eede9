import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Config } from "../../modules/config/schema";
import { UserError } from "../../modules/user-error";
import { interruptible } from "../interrupt";
import { defaultKubeConfig } from "../kubernetes/objects";
import { readSeen } from "../jobs/read";
import { RUNNER_KINDS, runnersOf } from "../jobs/runners";
import { jobOf, type Job } from "./job";
import { Recorder } from "./record";

/** Shorter than any job lives: ARC takes runner and pod away when it has ended. */
const EVERY_MS = 3000;

/** The jobs whose runners the cluster has. */
export const jobsOf = async (kubeConfig: KubeConfig, config: Config): Promise<Job[]> => runnersOf(config, await readSeen(kubeConfig, config, RUNNER_KINDS)).map(jobOf);

/** Records jobs until it is interrupted. A cluster that does not answer for a while is told, and asked again. */
export async function watchJobs(config: Config, file: string, say: (line: string) => void): Promise<void> {
  const kubeConfig = defaultKubeConfig();
  const recorder = new Recorder(file);
  let said = "";
  const sayOnce = (line: string) => {
    if (line !== said) say(line);
    said = line;
  };
  await interruptible(async (stopped) => {
    recorder.add(await jobsOf(kubeConfig, config));
    say(`recording to ${file}, every ${EVERY_MS / 1000} s until it is interrupted; jobs so far: ${recorder.jobs}`);
    for (;;) {
      await sleep(EVERY_MS, undefined, { signal: stopped }).catch(() => stopped.throwIfAborted());
      try {
        recorder.add(await jobsOf(kubeConfig, config));
        sayOnce(`jobs: ${recorder.jobs}`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        sayOnce(`${error.message}; asking again`);
      }
    }
  }, "What was seen until now is in the file.");
}
