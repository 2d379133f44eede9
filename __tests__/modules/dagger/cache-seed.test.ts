import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { chartOf, resources, scenario } from "../../support/project";

const { stacks } = scenario("caches that outlive nodes");
const releases = resources(stacks.dagger, "helm_release");
const release = (namespace: string, chart: string) => releases.find((one) => one.namespace === namespace && chartOf(one) === chart) as { values: string[]; depends_on: string[] };
interface Values {
  objects: { kind: string; spec: { template: { spec: { initContainers: { env: { name: string; value: string }[] }[] } } } }[];
}
const seedsOf = (namespace: string) => {
  const { objects } = readHelmValues(release(namespace, "cache-seed").values[0]) as unknown as Values;
  const { env } = objects.find(({ kind }) => kind === "DaemonSet")!.spec.template.spec.initContainers[0]!;
  return env.find(({ name }) => name === "SEEDS")!.value;
};

test("nodes restore what the fleet that publishes left, in the Dagger version of both", () => {
  const bucket = /^s3:https:\/\/s3\.eu-west-1\.amazonaws\.com\/(.*)\/ci-seeds\/trusted\/[0-9.]+$/;
  expect(seedsOf("dagger-trusted")).toMatch(bucket);
  expect(seedsOf("dagger-pulls")).toBe(seedsOf("dagger-trusted"));
  expect(bucket.exec(seedsOf("dagger-pulls"))![1]).toMatch(/^\$\{data\.terraform_remote_state\.[a-z-]+\.outputs\.seed_bucket\}$/);
});

test("the engine comes after it, and so goes before it: then its cache can be published", () => {
  const seed = release("dagger-trusted", "cache-seed");
  const engine = release("dagger-trusted", "dagger-helm");
  expect(engine.depends_on.some((one) => one.startsWith("helm_release.trusted_seed-pods_"))).toBe(true);
  expect(seed.depends_on.some((one) => one.startsWith("aws_eks_pod_identity_association.trusted_seed"))).toBe(true);
  expect(seed.depends_on.some((one) => one.startsWith("kubernetes_manifest.trusted_nodes_node-pool"))).toBe(true);
});

test("a fleet without seeds has none of it", () => {
  const dagger = scenario("defaults").stacks.dagger;
  expect(resources(dagger, "helm_release").map(chartOf)).not.toContain("cache-seed");
  expect(JSON.stringify(dagger)).not.toContain("startupTaints");
});
