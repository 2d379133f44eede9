import { parseConfig } from "../../../modules/load-config";
import { alerts } from "../../../modules/monitoring/alerts";
import { minimal } from "../../support/project";
import { promqlProblems } from "../../support/promql";

const rules = (yaml: string) =>
  (alerts(parseConfig(yaml)) as { spec: { groups: { name: string; rules: { alert: string; expr: string; labels: object }[] }[] } }).spec.groups.flatMap((group) => group.rules);

test("Prometheus reads every alert, and somebody exports every metric with these labels", () => {
  const all = rules(minimal());
  expect(all.map(({ alert }) => alert)).toEqual([
    "RunnerImageOld",
    "RunnerNodeNotInitialized",
    "EngineCacheDiskFull",
    "RunnerListenerMissing",
    "RunnerJobsNotRunning",
    "RunnerListenerMissing",
    "RunnerJobsNotRunning",
    "EngineNotReady",
  ]);
  expect(all.flatMap(({ alert, expr }) => promqlProblems(expr).map((problem) => `${alert}: ${problem}`))).toEqual([]);
});

test("a query that is wrong is found", () => {
  expect(promqlProblems("sum by (le (gha_assigned_jobs)")).not.toEqual([]);
  expect(promqlProblems("time() - 1700000000 > 86400")).toEqual(["comparisons between scalars must use BOOL modifier"]);
  expect(promqlProblems("rate(gha_completed_jobs_total)")).toEqual(['expected type matrix in call to function "rate", got vector']);
  expect(promqlProblems("gha_assigned_job > 0")).toEqual(["nobody exports gha_assigned_job"]);
  expect(promqlProblems('max(gha_assigned_jobs{size="2c"})')).toEqual(["gha_assigned_jobs has no label size"]);
  expect(promqlProblems("sum by (nodepool) (gha_assigned_jobs)")).toEqual(["no metric in it has a label nodepool"]);
  expect(promqlProblems('sum by (a) (label_replace(gha_assigned_jobs, "a", "$1", "b", "(.+)"))')).toEqual(["no metric in it has a label b"]);
  expect(promqlProblems("rate(gha_assigned_jobs_bucket[5m])")).toEqual(["nobody exports gha_assigned_jobs_bucket"]);
});

test("two sizes and two fleets have alerts that Alertmanager can tell apart", () => {
  const size = (cpu: number) => `{cpu: ${cpu}, memory: 8Gi, max: 2}`;
  const all = rules(minimal(`fleets: [{name: a, runners: [${size(1)}, ${size(2)}]}, {name: b, runners: [${size(2)}]}]`));
  const identities = all.map(({ alert, labels }) => JSON.stringify([alert, labels]));
  expect(identities.length).toBe(11);
  expect(new Set(identities).size).toBe(identities.length);
});
