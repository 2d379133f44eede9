import { CERTIFICATE_IN_YAML } from "../../support/certificate";
import { chartOf, resource, resources, synthesize, valuesOf } from "../../support/project";

const stacksOf = (github: string, more = "") =>
  synthesize(`name: dagger-ci\nregion: eu-west-1\ngithub: {secret: s, ${github}}\n${more}`).stacks;
const setOf = (github: string) =>
  valuesOf(resources(stacksOf(github).dagger, "helm_release").find(({ chart }) => chart === "gha-runner-scale-set")!);

test.each([
  ["organization: acme", "https://github.com/acme"],
  ["repository: acme/api", "https://github.com/acme/api"],
  ["enterprise: acme-corp", "https://github.com/enterprises/acme-corp"],
  ["organization: acme, server: {url: https://github.acme.example}", "https://github.acme.example/acme"],
  ["enterprise: acme-corp, server: {url: https://github.acme.example}", "https://github.acme.example/enterprises/acme-corp"],
])("with %s runners register at %s", (github, url) => {
  expect(setOf(github)).toMatchObject({ githubConfigUrl: url, githubConfigSecret: "github-credentials" });
});

test("the private authority of a GitHub Enterprise Server is trusted by listener and runner", () => {
  const github = `organization: acme, server: {url: https://github.acme.example, certificate: "${CERTIFICATE_IN_YAML}"}`;
  const { configMapKeyRef } = (setOf(github) as unknown as { githubServerTLS: { certificateFrom: { configMapKeyRef: { name: string; key: string } } } })
    .githubServerTLS.certificateFrom;
  const map = resource(stacksOf(github).dagger, "kubernetes_config_map_v1", "main_github-certificate");
  expect(map.metadata).toEqual({ name: configMapKeyRef.name, namespace: "dagger-main" });
  expect(Object.keys(map.data as object)).toEqual([configMapKeyRef.key]);
});

test("the summerwind kind registers in the same scope, at the same server", () => {
  const stacks = stacksOf(
    "enterprise: acme-corp, server: {url: https://github.acme.example}",
    "addons: {summerwind: install}\nfleets: [{name: main, runners: [{kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {min: 1, max: 2}}]}]",
  );
  const deployment = resources(stacks.dagger, "kubernetes_manifest")
    .map(({ manifest }) => manifest as { kind: string; spec: { template: { spec: object } } })
    .find(({ kind }) => kind === "RunnerDeployment")!;
  expect(deployment.spec.template.spec).toMatchObject({ enterprise: "acme-corp" });
  const controller = resources(stacks.addons, "helm_release").find((release) => chartOf(release) === "actions-runner-controller")!;
  expect(valuesOf(controller)).toMatchObject({ githubEnterpriseServerURL: "https://github.acme.example" });
});

describe("secrets", () => {
  const { dagger } = stacksOf("organization: acme", "daggerCloud: {secret: cloud, secretRevision: 3}");

  test("are read as ephemeral resources and written by write-only arguments, by revision", () => {
    expect(Object.keys(dagger.ephemeral as object)).toEqual(["aws_secretsmanager_secret_version"]);
    for (const secret of resources(dagger, "kubernetes_secret_v1")) {
      expect(secret).not.toHaveProperty("data");
      expect(secret.data_wo).toMatch(/^\$\{.*ephemeral\.aws_secretsmanager_secret_version\..*\}$/);
    }
    expect(resource(dagger, "kubernetes_secret_v1", "main_cloud-secret").data_wo_revision).toBe(3);
  });

  test("go nowhere else: no value of a chart, no output, no other argument refers to them", () => {
    const { data_wo: _written, lifecycle: _checked, ...rest } = resource(dagger, "kubernetes_secret_v1", "main_github-secret");
    expect(JSON.stringify([rest, dagger.output, dagger.resource!.helm_release, dagger.resource!.kubernetes_manifest])).not.toContain("ephemeral.");
  });

  test("are checked before anything is changed: keys, ids and the form of the key", () => {
    const { lifecycle } = resource(dagger, "kubernetes_secret_v1", "main_github-secret") as {
      lifecycle: { precondition: { error_message: string }[] };
    };
    expect(lifecycle.precondition.map(({ error_message }) => error_message)).toEqual([
      "The AWS secret s must be a JSON object.",
      "The AWS secret s must have the keys github_app_id, github_app_installation_id, github_app_private_key, or the key github_token.",
      "The AWS secret s must have the App's id or client id in github_app_id.",
      "The AWS secret s must have digits in github_app_installation_id.",
      "The AWS secret s must have a private key in PEM form in github_app_private_key.",
    ]);
  });
});
