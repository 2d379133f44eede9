import type { GitHub } from "../cluster/github";
import { runnerPods } from "../cluster/runners";
import type { KubeObject } from "../cluster/objects";
import { kubectl } from "../cluster/rig";
import { check, until } from "../report/steps";

const GIVEN = "/tmp/job-given";
/**
 * What a runner does with its configuration, which its image runs as shell: it waits for a job, runs a real pipeline, and waits until
 * GitHub was told. Its line to GitHub is played by `kubectl exec`.
 */
export const RUNNER = `#!/bin/bash
until [ -e ${GIVEN} ]; do sleep 0.1; done
cd /home/runner
dagger core --progress=plain container with-rootfs --directory /rootfs with-exec --args=/bin/sh,-c,'sleep 5; cat /proc/sys/kernel/random/uuid' stdout
code=$?
echo "pipeline ended with $code"
while [ -e ${GIVEN} ]; do sleep 0.1; done
exit $code
`;

interface ContainerState {
  readonly name: string;
  readonly state: { readonly running?: object };
}
const runs = ({ status }: KubeObject): boolean =>
  (status as { containerStatuses?: readonly ContainerState[] } | undefined)?.containerStatuses?.some(({ name, state }) => name === "runner" && state.running !== undefined) ?? false;

/** A job from GitHub's queue on. */
export class RehearsedJob {
  private constructor(
    private readonly github: GitHub,
    private readonly id: number,
    /** Its runner, as pod and at GitHub. */
    readonly name: string,
    private readonly namespace: string,
  ) {}

  /** Queues a job, and waits for the pod of its runner. */
  static async queue(github: GitHub, scaleSet: string): Promise<RehearsedJob> {
    const [id] = await github.queue(scaleSet, 1, 600);
    const [pod] = await until("a runner's pod", 60, async () => {
      const pods = await runnerPods();
      return pods.length > 0 && pods;
    });
    return new RehearsedJob(github, id!, pod!.metadata.name, pod!.metadata.namespace!);
  }

  private pod = async () => (await runnerPods()).find(({ metadata }) => metadata.name === this.name);
  private exec = (script: string) => kubectl(["exec", "-n", this.namespace, this.name, "-c", "runner", "--", "sh", "-c", script]);

  /** Waits until its runner runs, and gives it the job. */
  async start(): Promise<void> {
    await until(`the runner ${this.name}`, 240, async () => {
      const pod = await this.pod();
      return pod !== undefined && runs(pod);
    });
    await this.github.online(this.name);
    const [job] = await this.github.jobs([this.id]);
    check(job?.runner === this.name, `GitHub gave the job to ${job?.runner}`);
    await this.exec(`touch ${GIVEN}`);
  }

  /** Waits for the end of its pipeline, tells GitHub, and waits until ARC has taken the pod away. Returns what the pipeline printed. */
  async end(): Promise<string> {
    const log = await until("the pipeline's end", 240, async () => {
      const text = await kubectl(["logs", "-n", this.namespace, this.name, "-c", "runner"]);
      return text.includes("pipeline ended with") && text;
    });
    check(log.includes("pipeline ended with 0"), log);
    await this.github.finished(this.name);
    await this.exec(`rm ${GIVEN}`);
    await until("ARC takes the runner's pod away", 60, async () => (await this.pod()) === undefined);
    const [printed] = /^[0-9a-f]{8}-[0-9a-f-]{27}$/m.exec(log) ?? [];
    check(printed, `the pipeline printed nothing that its step made\n${log}`);
    return printed;
  }
}
