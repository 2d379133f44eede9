import type { TerraformJson } from "../../../operations/synthesized";
import { PODS } from "../../support/pods";
import { chartReleases, resources, synthesize, valuesOf } from "../../support/project";

const { stacks } = synthesize(PODS);
const { dagger } = stacks;
const releaseOf = (stack: TerraformJson, name: string) => chartReleases(stack).find((release) => release.name === name)!;
const values = (stack: TerraformJson, name: string) => valuesOf(releaseOf(stack, name)) as Record<string, object>;
type Named = { name: string } & Record<string, unknown>;
interface Spec {
  containers: Named[];
  initContainers: Named[];
  sidecarContainers: Named[];
  volumes: Named[];
  env: Named[];
  volumeMounts: Named[];
}
const set = values(dagger, "dagger-ci-main-set").template as { metadata: object; spec: Spec };
const classic = (
  resources(dagger, "kubernetes_manifest").find(({ manifest }) => (manifest as Named).kind === "RunnerDeployment") as {
    manifest: { spec: { template: { metadata: object; spec: Spec } } };
  }
).manifest.spec.template;
const runner = set.spec.containers.find(({ name }) => name === "runner")! as unknown as Spec & Named;

test("a scale set's pod has it all beside the project's own", () => {
  expect(set).toMatchSnapshot();
});

test("a RunnerDeployment has the same, in its own shape", () => {
  expect(classic).toMatchSnapshot();
});

test.each([
  ["a scale set", runner.env, runner.volumeMounts, set.spec.volumes],
  ["a RunnerDeployment", classic.spec.env, classic.spec.volumeMounts, classic.spec.volumes],
])("every mount of %s has its volume, and no name stands twice", (_kind, env, mounts, volumes) => {
  const names = volumes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
  // A RunnerDeployment's controller brings the work folder.
  expect(mounts.filter(({ name }) => !names.includes(name))).toEqual([]);
});

test("what pods take from secrets and accounts is made first, from AWS Secrets Manager and in no state", () => {
  const secrets = resources(dagger, "kubernetes_secret_v1").map(({ metadata, type, data_wo }) => [(metadata as Named).name, type, data_wo]);
  expect(secrets).toMatchSnapshot();
  expect(resources(dagger, "kubernetes_service_account_v1")).toMatchObject(
    ["classic-runner", "set-runner"].map((name) => ({ automount_service_account_token: false, metadata: { name, namespace: "dagger-main" } })),
  );
  expect(resources(dagger, "aws_eks_pod_identity_association")).toMatchObject([
    { namespace: "dagger-main", service_account: "classic-runner", role_arn: "arn:aws:iam::111122223333:role/deployer" },
    { namespace: "dagger-main", service_account: "set-runner", role_arn: "arn:aws:iam::111122223333:role/deployer" },
  ]);
  const before = releaseOf(dagger, "dagger-ci-main-set").depends_on as string[];
  for (const id of ["set-environment", "set-account", "set-role", "registry-secret", "telemetry-secret"]) {
    expect(before.filter((address) => address.includes(`main_${id}`))).toHaveLength(1);
  }
});

test("controllers, listeners and engines pull with the same credentials", () => {
  const pulls = [{ name: "registry-credentials" }];
  expect(values(dagger, "main").engine).toMatchObject({ imagePullSecrets: pulls });
  expect(values(dagger, "dagger-ci-main-set").listenerTemplate).toMatchObject({ spec: { imagePullSecrets: pulls } });
  expect(values(stacks.addons, "karpenter")).toMatchObject({ imagePullSecrets: pulls });
  expect(values(stacks.addons, "arc")).toMatchObject({ imagePullSecrets: pulls });
  expect(values(stacks.addons, "arc-summerwind")).toMatchObject({ imagePullSecrets: pulls });
  expect(values(stacks.addons, "cert-manager")).toMatchObject({ global: { imagePullSecrets: pulls } });
  const namespaces = resources(stacks.addons, "kubernetes_secret_v1")
    .filter(({ metadata }) => (metadata as Named).name === "registry-credentials")
    .map(({ metadata }) => (metadata as Named).namespace);
  expect(namespaces.sort()).toEqual(["actions-runner-system", "arc-systems", "cert-manager", "kube-system"]);
});
