import type { Namespace } from "./cluster";
import { ended, until, type Pod } from "./cluster";

/** The text of a job: a pipeline whose step takes its time, says when it began, and prints what only a cache can repeat. */
export const job = (salt: string, lasts: number): string => `#!/bin/bash
cd /home/runner
exec dagger core --progress=plain container with-rootfs --directory /rootfs with-exec --args=/bin/sh,-c,': ${salt}; echo began $(date +%s); sleep ${lasts}; cat /proc/sys/kernel/random/uuid' stdout
`;

export interface Job {
  readonly exitCode: number;
  readonly log: string;
  /** What its last step printed. */
  readonly output: string | undefined;
  readonly pod: Pod;
}

/** A runner's job when it has ended. */
export async function jobOf(namespace: Namespace, runner: string, patience = 240): Promise<Job> {
  const look = async () => {
    const pod = await namespace.pod(runner);
    if (pod === undefined) throw new Error(`${runner} is gone`);
    return ended(pod) && pod;
  };
  const { found: pod } = await until(`the end of ${runner}`, look, patience);
  const log = await namespace.logs(runner, "runner");
  return { exitCode: ended(pod)!.exitCode, log, output: /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(log)?.[0], pod };
}

/** Waits until a runner's pipeline runs its step. */
export const jobRuns = (namespace: Namespace, runner: string) =>
  until(`the pipeline of ${runner}`, async () => {
    const pod = await namespace.pod(runner);
    if (pod?.status?.containerStatuses?.[0]?.state.running === undefined) return undefined;
    return /began \d/.test(await namespace.logs(runner, "runner")) ? pod : undefined;
  });
