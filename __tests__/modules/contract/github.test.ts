import { awsSecrets } from "../../../modules/contract/aws-secrets";
import { picture } from "../../../operations/graph/picture";
import { problemsIn } from "../../support/problems";
import { chartReleases, minimal, resources, synthesize, valuesOf } from "../../support/project";

const BETA = "github: {organization: beta, secret: ci/github-beta, secretRevision: 3}";
const { config, stacks } = synthesize(
  minimal(`
addons: {summerwind: install}
fleets:
  - {name: main, runners: [{cpu: 2, memory: 8Gi, max: 1}]}
  - name: beta
    ${BETA}
    runners:
      - {cpu: 2, memory: 8Gi, max: 1, runnerGroup: trusted}
      - {kind: runner-deployment, name: classic, cpu: 2, memory: 8Gi, scaling: {min: 0, max: 2, repositories: [api]}}
`),
);

describe("a fleet for another organisation", () => {
  const values = (name: string) => valuesOf(chartReleases(stacks.dagger).find((release) => release.name === name)!) as Record<string, unknown>;

  test("its sets register there, the others where they did", () => {
    expect(values("dagger-ci-main-2c-8g").githubConfigUrl).toBe("https://github.com/acme");
    expect(values("dagger-ci-beta-2c-8g").githubConfigUrl).toBe("https://github.com/beta");
    expect(values("dagger-ci-beta-2c-8g").listenerTemplate).toMatchObject({ metadata: { annotations: { "dagger-ci/github-secret-revision": "3" } } });
  });

  test("its namespace has its own credentials, written again by its own revision", () => {
    const secrets = resources(stacks.dagger, "kubernetes_secret_v1").map(({ metadata, data_wo, data_wo_revision }) => [
      (metadata as { namespace: string }).namespace,
      /aws_secretsmanager_secret_version\.(\w+)\./.exec(String(data_wo))![1],
      data_wo_revision,
    ]);
    expect(secrets).toEqual([["dagger-beta", "github_beta", 3], ["dagger-main", "github", 1]]);
    expect(stacks.dagger.ephemeral).toMatchObject({
      aws_secretsmanager_secret_version: { github: { secret_id: "dagger-ci/github" }, github_beta: { secret_id: "ci/github-beta" } },
    });
  });

  test("the controller of runner deployments finds them there, for the runners and for their autoscaler", () => {
    const objects = resources(stacks.dagger, "kubernetes_manifest").map(({ manifest }) => manifest as { kind: string; spec: { template?: { spec: object } } });
    const credentials = { githubAPICredentialsFrom: { secretRef: { name: "github-credentials" } } };
    expect(objects.find(({ kind }) => kind === "RunnerDeployment")!.spec.template!.spec).toMatchObject({ organization: "beta", ...credentials });
    expect(objects.find(({ kind }) => kind === "HorizontalRunnerAutoscaler")!.spec).toMatchObject(credentials);
  });

  test("delivery may read both secrets, and the picture shows both", () => {
    expect(awsSecrets(config)).toEqual(["dagger-ci/github", "ci/github-beta"]);
    expect(picture(config).github).toEqual({
      title: "GitHub organisation acme, organisation beta",
      lines: ["runners register at https://github.com/acme, https://github.com/beta"],
    });
  });
});

test.each<[string, string, string[]]>([
  [
    "a list of organisations",
    "name: ci\nregion: eu-west-1\ngithub: [{organization: acme, secret: s}]\n",
    ['github | [{"organization":"acme","secret":"s"}] | one GitHub; a fleet may have another one in its own github'],
  ],
  [
    "two scopes",
    minimal("fleets: [{name: a, github: {organization: beta, enterprise: beta, secret: s}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"),
    ['fleets[0].github | {"organization":"beta","enterprise":"beta"} | exactly one of organization, repository and enterprise'],
  ],
  [
    "a group in a repository",
    minimal("fleets: [{name: a, github: {repository: beta/x, secret: s}, runners: [{cpu: 2, memory: 8Gi, max: 1, runnerGroup: g}]}]"),
    ['fleets[0].runners[0].runnerGroup | "g" | nothing: a repository has no runner groups'],
  ],
  [
    "a runner deployment on another server",
    minimal(
      'addons: {summerwind: install}\nfleets: [{name: a, github: {organization: beta, secret: s, server: {url: "https://github.beta.example"}}, runners: [{kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {mode: fixed, replicas: 1}}]}]',
    ),
    ['fleets[0].github.server | {"url":"https://github.beta.example"} | the server of github: one controller of runner deployments serves one GitHub'],
  ],
])("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});
