import { parseConfig } from "../../../modules/load-config";
import { dashboard } from "../../../modules/monitoring/dashboard";
import { EVERYTHING, minimal } from "../../support/project";
import { promqlProblems } from "../../support/promql";

interface Model {
  readonly uid: string;
  readonly panels: readonly { readonly id: number; readonly type: string; readonly title: string; readonly description?: string; readonly gridPos: Record<"x" | "y" | "w" | "h", number>; readonly targets?: readonly { readonly expr: string }[] }[];
}
const model = (yaml: string) => dashboard(parseConfig(yaml)) as Model;
const SEEDED = "fleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 20}]}, {name: arm, nodes: {architecture: arm64}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]";
const expressions = ({ panels }: Model) => panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

test("the ways of a job from the queue to the bill", () => {
  expect(model(minimal(SEEDED)).panels.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual([
    "Alerts",
    "Queue",
    "Start-up path",
    "Engines and their cache",
    "Seeds",
    "Nodes and cost",
  ]);
});

test("what a configuration has not has no panels", () => {
  const persistent = "addons: {arc: {mode: none}, karpenter: {mode: install}, summerwind: install}\nfleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {min: 1, max: 2}}]}]";
  expect(model(minimal(persistent)).panels.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual(["Alerts", "Engines and their cache"]);
});

test.each([
  ["default", minimal()],
  ["with seeds and two fleets", minimal(SEEDED)],
  ["everything", EVERYTHING],
])("Prometheus reads every query, and somebody exports every metric with these labels: %s", (_name, yaml) => {
  const all = expressions(model(yaml));
  expect(all.length).toBeGreaterThan(15);
  expect(all.flatMap(([title, expr]) => promqlProblems(expr).map((problem) => `${title}: ${problem}`))).toEqual([]);
});

test("every panel has a place of its own on the page, an id, and says what it shows", () => {
  const { panels } = model(minimal(SEEDED));
  const taken = new Set<string>();
  for (const { title, type, description, gridPos: { x, y, w, h } } of panels) {
    expect(x + w).toBeLessThanOrEqual(24);
    for (let i = x; i < x + w; i++) for (let j = y; j < y + h; j++) expect([title, taken.size, taken.add(`${i} ${j}`).size]).toEqual([title, taken.size - 1, taken.size]);
    if (type !== "row") expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test("only the series of this installation's sizes, pools and namespaces", () => {
  const queries = Object.fromEntries(expressions(model(minimal(SEEDED))));
  expect(queries["Jobs that wait"]).toBe(
    'label_replace(gha_assigned_jobs{name=~"(dagger-ci-main-2c-8g|dagger-ci-arm-2c-8g)-[bcdfghjklmnpqrstvwxz2456789]{5}"} - ' +
      'gha_running_jobs{name=~"(dagger-ci-main-2c-8g|dagger-ci-arm-2c-8g)-[bcdfghjklmnpqrstvwxz2456789]{5}"}, "runs_on", "$1", "name", "(.+)-[^-]+")',
  );
  expect(queries["Dollars an hour"]).toBe('sum by (nodepool) (karpenter_nodepools_cost_total{nodepool=~"main|arm"})');
  expect(queries["Time to restore a seed"]).toContain('namespace=~"dagger-main", pod=~"cache-seed-');
  expect(model(minimal()).uid).toBe("dagger-dagger-ci");
});
