import { parseConfig } from "../../../modules/load-config";
import { alerts } from "../../../modules/monitoring/alerts";
import { minimal } from "../../support/project";
import { promqlProblems } from "../../support/promql";

const rules = (yaml: string) =>
  (alerts(parseConfig(yaml)) as { spec: { groups: { name: string; rules: { alert: string; expr: string }[] }[] } }).spec.groups.flatMap((group) => group.rules);

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
  expect(promqlProblems("gha_assigned_job > 0")).toEqual(["nobody exports gha_assigned_job"]);
  expect(promqlProblems('max(gha_assigned_jobs{size="2c"})')).toEqual(["gha_assigned_jobs has no label size"]);
  expect(promqlProblems("sum by (nodepool) (gha_assigned_jobs)")).toEqual(["no metric in it has a label nodepool"]);
  expect(promqlProblems('sum by (a) (label_replace(gha_assigned_jobs, "a", "$1", "b", "(.+)"))')).toEqual(["no metric in it has a label b"]);
  expect(promqlProblems("rate(gha_assigned_jobs_bucket[5m])")).toEqual(["nobody exports gha_assigned_jobs_bucket"]);
});
