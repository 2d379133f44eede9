import { readFileSync } from "node:fs";
import { request } from "node:https";
import type { Cluster } from "./cluster";

/** A job as the stand-in for GitHub knows it. */
export interface Job {
  readonly id: number;
  /** Id of its scale set. */
  readonly set: number;
  readonly state: "available" | "assigned" | "running" | "completed";
  /** Name of its runner, which is that of the pod. */
  readonly runner: string | null;
}
interface ScaleSet {
  readonly id: number;
  readonly name: string;
}

/** What a proof does at the stand-in for GitHub: it queues jobs and looks what became of them. */
export class GitHub {
  private readonly url: string;
  private readonly ca: Buffer;

  /** @throws Error where the cluster has none. */
  constructor({ github }: Cluster) {
    if (github === undefined) throw new Error("the cluster came without a stand-in for GitHub");
    this.url = github.url;
    this.ca = readFileSync(github.authority);
  }

  /** Queues jobs for a scale set, which is to be registered; each runs so many seconds. */
  async queue(scaleSet: string, count: number, seconds: number): Promise<number[]> {
    return (await this.ask<{ jobs: number[] }>("POST", "queue", { scaleSet, count, seconds })).jobs;
  }

  async jobs(ids: readonly number[]): Promise<Job[]> {
    const { jobs } = await this.ask<{ jobs: Record<string, Job> }>("GET", "state");
    return ids.flatMap((id) => jobs[String(id)] ?? []);
  }

  /** Says, as a runner does, that it is there; GitHub gives it a job that waits for its set. */
  async online(runner: string): Promise<void> {
    await this.ask("POST", "online", { runner });
  }

  /** Says, as a runner does, that its job has ended. */
  async finished(runner: string): Promise<void> {
    await this.ask("POST", "finished", { runner });
  }

  /** Names of the scale sets that are registered. */
  async scaleSets(): Promise<string[]> {
    const { sets } = await this.ask<{ sets: Record<string, ScaleSet> }>("GET", "state");
    return Object.values(sets).map(({ name }) => name).sort();
  }

  private ask<T>(method: string, what: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}/_control/${what}`, { method, ca: this.ca, headers: { "content-type": "application/json" } }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (data: string) => (text += data));
        answer.on("end", () => (answer.statusCode === 200 ? resolve(JSON.parse(text) as T) : reject(new Error(`${method} ${what}: ${answer.statusCode} ${text}`))));
      });
      asked.on("error", reject);
      asked.end(body && JSON.stringify(body));
    });
  }
}
