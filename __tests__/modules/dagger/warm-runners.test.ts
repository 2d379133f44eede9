import { chartOf, resources, scenario } from "../../support/project";

const { stacks } = scenario("runners kept warm");
const manifests = Object.entries(stacks.dagger.resource!.kubernetes_manifest!) as unknown as [string, { manifest: { kind: string; metadata: { name: string; namespace: string } }; computed_fields: string[]; depends_on: string[] }][];
const placeholders = manifests.filter(([, { manifest }]) => manifest.kind === "Deployment");

test("a Deployment of placeholders for each size with hours, whose number Terraform leaves alone, after the engine", () => {
  expect(placeholders.map(([, { manifest }]) => `${manifest.metadata.namespace} ${manifest.metadata.name}`)).toEqual(["dagger-guide warm-2c-8g", "dagger-main warm-2c-8g", "dagger-main warm-4c-16g"]);
  for (const [, { computed_fields, depends_on }] of placeholders) {
    expect(computed_fields).toEqual(["metadata.labels", "metadata.annotations", "spec.replicas"]);
    expect(depends_on.some((one) => /^helm_release\.(main|guide)_engine_/.test(one))).toBe(true);
  }
});

test("a clock for each fleet, which comes after them and so goes first", () => {
  const clocks = resources(stacks.dagger, "helm_release").filter((release) => chartOf(release) === "warm-clock");
  expect(clocks.map(({ namespace, name }) => `${String(namespace)} ${String(name)}`)).toEqual(["dagger-guide warm-clock", "dagger-main warm-clock"]);
  for (const [id, { manifest }] of placeholders) {
    const clock = clocks.find(({ namespace }) => namespace === manifest.metadata.namespace)!;
    expect(clock.depends_on).toContain(`kubernetes_manifest.${id}`);
  }
});

test("one class below all runners, only where something is kept warm", () => {
  const classes = resources(stacks.dagger, "kubernetes_priority_class_v1");
  expect(classes).toEqual(expect.arrayContaining([expect.objectContaining({ metadata: { name: "dagger-warm" }, value: -10, preemption_policy: "Never" })]));
  const without = JSON.stringify(scenario("defaults").stacks.dagger);
  for (const word of ["dagger-warm", "warm-clock", "dagger-ci/warm"]) expect(without).not.toContain(word);
});
