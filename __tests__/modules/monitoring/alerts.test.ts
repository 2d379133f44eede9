import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fires, samples, type Sample } from "../../support/promql";
import { minimal, resources, synthesize } from "../../support/project";

const recorded = samples(readFileSync(join(__dirname, "listener-metrics.txt"), "utf8"));
const SIZE = "dagger-ci-main-2c-8g";
const isOf = (size: string) => (sample: Sample) => (sample.labels.name ?? "").startsWith(`${size}-`);

/** Expressions of the alerts for one size of the default configuration. */
function expressions(size: string): Record<string, string> {
  const [rule] = resources(synthesize(minimal("addons: {metrics: true}")).stacks.dagger, "kubernetes_manifest")
    .map(({ manifest }) => manifest as { kind: string; spec: { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] } })
    .filter(({ kind }) => kind === "PrometheusRule");
  const rules = rule!.spec.groups.flatMap((group) => group.rules);
  const own = rules.filter(({ annotations }) => annotations.summary.includes(size));
  return Object.fromEntries(own.map(({ alert, expr }) => [alert, expr]));
}
const { RunnerListenerMissing: missing, RunnerJobsNotRunning: stuck } = expressions(SIZE) as {
  RunnerListenerMissing: string;
  RunnerJobsNotRunning: string;
};

test("the record holds what the alerts ask for", () => {
  for (const size of [SIZE, "dagger-ci-main-4c-16g"]) expect(recorded.filter(isOf(size)).length).toBeGreaterThan(5);
});

test("a listener that is there and idle raises no alarm", () => {
  expect([fires(missing, recorded), fires(stuck, recorded)]).toEqual([false, false]);
});

test("a listener that is gone is missed, whatever those of other sizes say", () => {
  const others = recorded.filter((sample) => !isOf(SIZE)(sample));
  expect(others.length).toBeGreaterThan(0);
  expect(fires(missing, others)).toBe(true);
});

test("a size whose name begins alike stands in for nobody", () => {
  const larger = recorded.filter(isOf(SIZE)).map((sample) => ({ ...sample, labels: { ...sample.labels, name: `${SIZE}-large-kjh7z` } }));
  expect(fires(missing, larger)).toBe(true);
  expect(fires(missing, larger.map((sample) => ({ ...sample, labels: { ...sample.labels, name: `${SIZE}-large` } })))).toBe(true);
});

test("jobs that are assigned and do not run raise the alarm, jobs that run do not", () => {
  const jobs = (assigned: number, running: number) =>
    recorded.map((sample) => {
      if (!isOf(SIZE)(sample)) return sample;
      const value = { gha_assigned_jobs: assigned, gha_running_jobs: running }[sample.name];
      return { ...sample, value: value ?? sample.value };
    });
  expect(fires(stuck, jobs(3, 1))).toBe(true);
  expect(fires(stuck, jobs(3, 3))).toBe(false);
});
