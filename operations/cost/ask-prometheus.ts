import type { Config } from "../../modules/config/schema";
import { selectors } from "../../modules/monitoring/series";
import { UserError } from "../../modules/user-error";
import type { Recorded } from "./spent";

/** How often a time is looked at; a node counts for as many of these as it was there. */
const STEP_MINUTES = 5;
const ANSWER_MILLISECONDS = 60_000;

type Question = "nodes" | "dollars" | "cpuHours" | "asked" | "jobs";

/** What is asked of Prometheus, of a time such as `168h`. Empty where the installation has nothing of it. */
export function questions(config: Config, time: string): Partial<Record<Question, string>> {
  const { nodePools, runners, listeners } = selectors(config);
  const steps = `[${time}:${STEP_MINUTES}m]`;
  const hours = `/ ${60 / STEP_MINUTES}`;
  const cpu = (metric: string) => `sum by (nodepool) (sum_over_time(${metric}{${nodePools}, resource_type="cpu"}${steps})) ${hours}`;
  const ofSize = (expr: string, ending: string) => `label_replace(${expr}, "runs_on", "$1", "pod", "(.+)${ending}")`;
  return {
    ...(nodePools === ""
      ? {}
      : {
          nodes: `sum by (nodepool, instance_type, capacity_type, zone) (count_over_time(karpenter_nodes_current_lifetime_seconds{${nodePools}}${steps})) ${hours}`,
          dollars: `sum by (nodepool) (sum_over_time(karpenter_nodepools_cost_total{${nodePools}}${steps})) ${hours}`,
          cpuHours: `${cpu("karpenter_nodes_allocatable")} - ${cpu("karpenter_nodes_total_daemon_requests")}`,
        }),
    ...(runners === ""
      ? {}
      : {
          asked: `sum by (runs_on) (${ofSize(`sum_over_time(kube_pod_container_resource_requests{${runners}, resource="cpu", node!=""}${steps})`, "-[^-]+-runner-[^-]+")}) ${hours}`,
          jobs: `sum by (runs_on, repository) (${ofSize(`increase(gha_job_execution_duration_seconds_sum{${listeners}}[${time}])`, "-[0-9a-f]+-listener")}) / 3600`,
        }),
  };
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** @throws UserError if Prometheus does not answer, or refuses. */
export async function recordedBy(url: string, config: Config, time: string): Promise<Recorded> {
  const all = questions(config, time);
  const samples = async (name: Question) => (all[name] === undefined ? [] : (await ask(url, all[name])).map(({ metric, value: [, text] }) => ({ metric, value: Number(text) })).filter(({ value }) => value > 0));
  const by = async (name: Question, label: string) => new Map((await samples(name)).map(({ metric, value }) => [metric[label] ?? "", value]));
  return {
    nodes: (await samples("nodes")).map(({ metric, value }) => ({
      nodePool: metric.nodepool ?? "",
      type: metric.instance_type ?? "",
      capacityType: metric.capacity_type ?? "",
      zone: metric.zone ?? "",
      hours: value,
    })),
    dollars: await by("dollars", "nodepool"),
    cpuHours: await by("cpuHours", "nodepool"),
    asked: await by("asked", "runs_on"),
    jobs: (await samples("jobs")).map(({ metric, value }) => ({ runsOn: metric.runs_on ?? "", repository: metric.repository ?? "", hours: value })),
  };
}

async function ask(url: string, query: string): Promise<Sample[]> {
  try {
    const response = await fetch(new URL("api/v1/query", url.endsWith("/") ? url : `${url}/`), {
      method: "POST",
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    const text = await response.text();
    const answer = text.startsWith("{") ? (JSON.parse(text) as { status: string; error?: string; data?: { result: Sample[] } }) : undefined;
    if (answer?.status !== "success") throw new Error(answer?.error ?? `it answers ${response.status}, not as Prometheus does`);
    return answer.data!.result;
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { message?: string } };
    throw new UserError(`cannot ask Prometheus at ${url}: ${cause?.message ?? message}`, { cause: error });
  }
}
