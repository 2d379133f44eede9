import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapConfig } from "../../modules/bootstrap/config";
import { parseConfig } from "../../modules/load-config";
import { readSynthesized, type TerraformJson } from "../../operations/synthesized";
import { synthesizeBootstrap } from "../../stacks/bootstrap";
import { problemsIn } from "../support/problems";
import { EXISTING_VPC, minimal, PROJECT, resource, resources } from "../support/project";
import { forSnapshot } from "../support/snapshots";

const S3 = "state: {type: s3, bucket: acme-terraform-states}\n";
const DELIVERY = "delivery: {repository: acme/ci-infrastructure}\n";

const bootstrap = (yaml: string): TerraformJson => bootstrapOf(minimal(yaml));

function bootstrapOf(yaml: string): TerraformJson {
  const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  try {
    synthesizeBootstrap(bootstrapConfig(parseConfig(yaml), "dagger-ci.yaml"), outdir);
    return readSynthesized(outdir)[0]!.template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

interface Document {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Record<string, Record<string, unknown>>;
  }[];
}
const document = (value: unknown) => JSON.parse(value as string) as Document;
const stack = bootstrap(S3 + DELIVERY);
const role = (template: TerraformJson, id: string) => resource(template, "aws_iam_role", id);
const subjects = (template: TerraformJson, id: string) =>
  document(role(template, id).assume_role_policy).Statement[0]!.Condition!.StringEquals!["token.actions.githubusercontent.com:sub"];

test("what the stack holds", () => {
  expect(forSnapshot(stack)).toMatchSnapshot();
});

test("the bucket keeps versions, is encrypted, lets nobody in from outside and nothing in without TLS", () => {
  expect(resource(stack, "aws_s3_bucket_versioning")).toMatchObject({ versioning_configuration: { status: "Enabled" } });
  expect(resource(stack, "aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
  });
  const { bucket: _bucket, ...blocked } = resource(stack, "aws_s3_bucket_public_access_block");
  expect(Object.values(blocked).filter((value) => typeof value === "boolean")).toEqual([true, true, true, true]);
  expect(document(resource(stack, "aws_s3_bucket_policy").policy).Statement).toEqual([
    expect.objectContaining({ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
  ]);
  expect(resource(stack, "aws_s3_bucket")).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
});

test("plans are for pull requests and the main branch of the repository, deploys for its environment only", () => {
  expect(subjects(stack, "plan")).toEqual(["repo:acme/ci-infrastructure:pull_request", "repo:acme/ci-infrastructure:ref:refs/heads/main"]);
  expect(subjects(stack, "deploy")).toEqual(["repo:acme/ci-infrastructure:environment:production"]);
  const other = bootstrap(`${S3}delivery: {repository: acme/x, branch: live, environment: staging}\n`);
  expect(subjects(other, "plan")).toContain("repo:acme/x:ref:refs/heads/live");
  expect(subjects(other, "deploy")).toEqual(["repo:acme/x:environment:staging"]);
  for (const id of ["plan", "deploy"]) {
    const [trust] = document(role(stack, id).assume_role_policy).Statement;
    expect(trust!.Condition).toMatchObject({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } });
  }
});

test("with the ids both exact forms of the subject are trusted, and the repository's number where the token says it", () => {
  const { Condition } = document(role(bootstrap(`${S3}delivery: {repository: acme@12/x@34, branch: live}\n`), "deploy").assume_role_policy)
    .Statement[0]!;
  expect(Condition).toEqual({
    StringEquals: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": ["repo:acme/x:environment:production", "repo:acme@12/x@34:environment:production"],
      "token.actions.githubusercontent.com:job_workflow_ref": "acme/x/.github/workflows/deploy-stack.yml@refs/heads/live",
    },
    StringEqualsIfExists: { "token.actions.githubusercontent.com:repository_id": "34" },
  });
});

test.each<[string, string, string]>([
  ["ghe.com", "https://acme.ghe.com", "token.actions.acme.ghe.com"],
  ["an Enterprise Server", "https://github.acme.example:8443", "github.acme.example:8443/_services/token"],
])("tokens of %s have its issuer, and no claim that AWS does not read there", (_name, url, issuer) => {
  const template = bootstrap(`${S3}delivery: {repository: a/b, server: "${url}"}\n`);
  expect(resource(template, "aws_iam_openid_connect_provider").url).toBe(`https://${issuer}`);
  expect(Object.keys(document(role(template, "deploy").assume_role_policy).Statement[0]!.Condition!.StringEquals!)).toEqual([`${issuer}:aud`, `${issuer}:sub`]);
});

test("the server of the runners is that of the repository, unless said otherwise", () => {
  const yaml = minimal(S3 + DELIVERY).replace("acme, secret", "acme, server: {url: https://github.acme.example}, secret");
  expect(resource(bootstrapOf(yaml), "aws_iam_openid_connect_provider").url).toBe("https://github.acme.example/_services/token");
  expect(resource(bootstrapOf(yaml.replace("infrastructure}", "infrastructure, server: https://github.com}")), "aws_iam_openid_connect_provider").url).toBe(
    "https://token.actions.githubusercontent.com",
  );
});

test.each([
  ["a name that is one of delivery's", minimal(S3 + DELIVERY).replace("name: dagger-ci", "name: github"), 'name | "github" | with delivery, a name that is not github and does not begin with github-: such are those of the roles that deliver'],
  ["a name that begins like one", minimal(S3 + DELIVERY).replace("name: dagger-ci", "name: github-x"), 'name | "github-x" | with delivery, a name that is not github and does not begin with github-: such are those of the roles that deliver'],
  ["a tag of the installation", minimal(`tags: {dagger-ci/installation: other}\n`), 'tags.dagger-ci/installation | "dagger-ci/installation" | another key: the stacks set this one on what they make'],
  ["the same in other letters", minimal(`tags: {Dagger-CI/stack: other}\n`), 'tags.Dagger-CI/stack | "Dagger-CI/stack" | another key: the stacks set this one on what they make'],
])("%s is refused", (_name, yaml, message) => {
  expect(problemsIn(yaml)).toEqual([message]);
});

test("each policy fits IAM's 6,144 characters with the longest names, and a role has no more than ten", () => {
  const key = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  const long = (cluster: string, seeds: string) =>
    `name: installation-with-a-long-name-12
region: us-gov-west-1
account: "111122223333"
github: {organization: acme, secret: installation-with-a-long-name-12/github-credentials}
daggerCloud: {secret: installation-with-a-long-name-12/dagger-cloud-token}
state: {type: s3, bucket: a-bucket-with-a-name-that-is-as-long-as-a-name-of-a-bucket-may, kmsKeyArn: "${key}"}
delivery: {repository: acme/ci-infrastructure, secretsKmsKeyArns: ["${key}", "${key}"]}
${cluster.includes("existing") ? EXISTING_VPC : "network: {nat: none}"}
proxy: {https: http://proxy.acme.example:3128, secret: installation-with-a-long-name-12/proxy-credentials}
images: {mirror: 111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/mirror}
cluster: {spotServiceLinkedRole: true, diskKmsKeyArn: "${key}", ${cluster}}
seeds: {kmsKeyArn: "${key.replace("0f1e", "4f1e")}"${seeds}}
fleets: [{name: a-fleet-of-this-name, seed: {publish: true}, runners: [{name: s, runsOn: s, cpu: 2, memory: 8Gi, max: 1}]}]
`;
  const clusters = [`kmsKeyArn: "${key}"`, "mode: new", `mode: existing, name: ${"c".repeat(100)}, addons: {vpc-cni: true, coredns: true}`];
  for (const [cluster, seeds] of clusters.flatMap((one) => [[one, ""], [one, `, bucket: ${"b".repeat(63)}`]] as const)) {
    const template = bootstrapOf(long(cluster, seeds));
    for (const { name, policy } of resources(template, "aws_iam_policy")) expect([name, (policy as string).length <= 6144 || (policy as string).length]).toEqual([name, true]);
    expect(resources(template, "aws_iam_role_policy_attachment").length).toBeLessThan(10);
  }
});

test("GitHub's provider is one per account: one that exists is used", () => {
  const existing = bootstrap(`${S3}delivery: {repository: acme/x, oidcProvider: existing}\n`);
  expect(existing.resource!.aws_iam_openid_connect_provider).toBeUndefined();
  expect(role(existing, "plan").assume_role_policy).toContain("oidc-provider/token.actions.githubusercontent.com");
});

test("a key of the states is used for the bucket, and both roles may use it", () => {
  const withKey = bootstrap(`${S3.replace("}", ", kmsKeyArn: arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}")}${DELIVERY}`);
  expect(resource(withKey, "aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" } }],
  });
  expect(resource(withKey, "aws_iam_policy", "plan_states").policy).toContain("kms:Decrypt");
  expect(resource(withKey, "aws_iam_policy", "deploy_states").policy).toContain("kms:GenerateDataKey");
});

test("its own state is a file, at a path that does not depend on the machine", () => {
  const { backend } = (stack.terraform ?? {}) as { backend?: { local?: { path?: string } } };
  expect(backend?.local?.path).toMatch(/\.terraform-state\/[a-z-]+\/bootstrap\.tfstate$/);
});

test.each([
  ["local states", DELIVERY, ":1:1  state\n    received  {\"type\":\"local\",\"directory\":\".terraform-state\"}\n    allowed   {type: s3, bucket: …} together with delivery: workflows need states that outlive a machine"],
  ["no repository", S3, "  delivery\n    received  nothing\n    allowed   {repository: owner/name}: the repository whose workflows plan and deploy"],
])("%s: says what is missing", (_name, yaml, message) => {
  expect(() => bootstrap(yaml)).toThrow(new Error(`dagger-ci.yaml: 1 problem, nothing was written\n\ndagger-ci.yaml${message}`));
});

test("the configuration in docs/pull-requests.md gives the roles and the bucket that the guide names", () => {
  const guide = readFileSync(join(PROJECT, "docs/pull-requests.md"), "utf8");
  const template = bootstrapOf(/```yaml\n([^]*?)```/.exec(guide)![1]!);
  expect(resource(template, "aws_s3_bucket").bucket).toBe("acme-terraform-states");
  for (const id of ["plan", "deploy"]) expect(guide).toContain(`role/${role(template, id).name as string}\n`);
});
