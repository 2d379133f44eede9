import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { smokeTest, workflow } from "../../operations/workflow";
import { minimal, PROJECT, resources, scenario, synthesize, valuesOf } from "../support/project";

interface Workflow {
  jobs: { dagger: { "runs-on": string | string[]; "timeout-minutes": number; steps: { run?: string; uses?: string; env?: object; with?: Record<string, string> }[] } };
}
const example = (name: string) => readFileSync(join(PROJECT, "examples/workflows", `${name}.yml`), "utf8");
const jobOf = (text: string) => (parse(text) as Workflow).jobs.dagger;

test("the example runs on a set that the default configuration renders, with its engine's version", () => {
  const { dagger } = scenario("defaults").stacks;
  const job = jobOf(example("dagger"));
  const sets = resources(dagger, "helm_release").filter(({ chart }) => chart === "gha-runner-scale-set");
  expect(sets.map((set) => (valuesOf(set) as unknown as { runnerScaleSetName: string }).runnerScaleSetName)).toContain(job["runs-on"]);
  const engine = resources(dagger, "helm_release").find(({ chart }) => chart === "dagger-helm")!;
  expect(job.steps.map(({ run }) => run ?? "").join()).toContain(`= v${String(engine.version)}`);
  expect(job["timeout-minutes"]).toBeLessThanOrEqual(360);
});

test("the example of the summerwind kind has the guide's labels and its engine's version", () => {
  const { dagger } = scenario("the guide's own values").stacks;
  const job = jobOf(example("dagger-summerwind"));
  const deployment = resources(dagger, "kubernetes_manifest")
    .map(({ manifest }) => manifest as { kind: string; spec: { template: { spec: { labels: string[] } } } })
    .find(({ kind }) => kind === "RunnerDeployment")!;
  expect(job["runs-on"]).toEqual(deployment.spec.template.spec.labels);
  const engine = resources(dagger, "helm_release").find(({ chart }) => chart === "dagger-helm")!;
  const step = job.steps.find(({ uses }) => uses?.startsWith("dagger/dagger-for-github@"))!;
  expect(step.with!.version).toBe(engine.version);
  expect(step.with!["cloud-token"]).toBe("${{ secrets.DAGGER_CLOUD_TOKEN }}");
});

test.each([
  ["dagger", "defaults"],
  ["dagger-summerwind", "the guide's own values"],
] as const)("examples/workflows/%s.yml is today's (npm run docs renews it)", (name, configuration) => {
  const { config } = scenario(configuration);
  expect(example(name)).toBe(workflow(config, config.fleets[0]!, config.fleets[0]!.runners[0]!));
});

test("where runners have Dagger Cloud's token, the workflow does not put an empty one in its place", () => {
  const { config } = synthesize(minimal("daggerCloud: {secret: cloud}"));
  const job = jobOf(workflow(config, config.fleets[0]!, config.fleets[0]!.runners[0]!));
  expect(job.steps.map(({ env }) => env).filter(Boolean)).toEqual([]);
});

test("every action is pinned by commit", () => {
  for (const name of ["dagger", "dagger-summerwind"]) {
    for (const [, reference] of example(name).matchAll(/uses: \S+@(\S+)/g)) expect(reference).toMatch(/^[0-9a-f]{40}$/);
  }
});

test("the smoke test has a workflow for each fleet and says where to look", () => {
  const text = smokeTest(scenario("three fleets").config);
  for (const fleet of ["blue", "green", "warm"]) {
    expect(text).toContain(`commit this as .github/workflows/dagger-${fleet}.yml`);
    expect(text).toContain(`kubectl -n dagger-${fleet} logs daemonset/${fleet}-engine`);
  }
});
