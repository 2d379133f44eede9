import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapConfig } from "../../../modules/bootstrap/config";
import { parseConfig } from "../../../modules/load-config";
import { readSynthesized, type TerraformJson } from "../../../operations/synthesized";
import { synthesizeBootstrap } from "../../../stacks/bootstrap";
import { minimal, PROJECT, resource, resources } from "../../support/project";
import { forSnapshot } from "../../support/snapshots";

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
const policies = (id: string) =>
  Object.entries(stack.resource!.aws_iam_policy!)
    .filter(([name]) => name.startsWith(id))
    .flatMap(([, { policy }]) => document(policy).Statement);
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

test("the plan role writes nothing, and reads data only of states and of the named secrets", () => {
  const actions = policies("plan").flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/:(Describe|Get|List|Decrypt)/.test(action))).toEqual([]);
  expect(policies("plan").filter(({ Action }) => [Action].flat().some((action) => /GetObject|GetSecretValue/.test(action)))).toEqual([
    expect.objectContaining({ Resource: "arn:aws:s3:::acme-terraform-states/dagger-ci/*.tfstate" }),
    expect.objectContaining({ Resource: [expect.stringMatching(/:secret:dagger-ci\/github-\?{6}$/)] }),
  ]);
});

test("the deploy role touches only IAM names of the installation, never its own role", () => {
  const iam = policies("deploy_identities");
  for (const { Sid, Resource } of iam.filter((statement) => statement.Sid !== "ServiceLinkedRoles")) {
    for (const arn of [Resource].flat()) expect([Sid, arn]).toEqual([Sid, expect.stringMatching(/\/dagger-ci-\*$/)]);
  }
  expect(role(stack, "deploy").name).toBe("github-dagger-ci-deploy");
  expect(policies("deploy").filter(({ Resource, Condition }) => Resource === "*" && Condition === undefined).map(({ Sid }) => Sid)).toEqual([
    "LookAtEverything",
  ]);
});

test("each policy fits IAM's 6,144 characters, with room for real names", () => {
  for (const { policy } of resources(stack, "aws_iam_policy")) expect((policy as string).length).toBeLessThan(5000);
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
  expect(resource(withKey, "aws_iam_policy", "plan").policy).toContain("kms:Decrypt");
  expect(resource(withKey, "aws_iam_policy", "deploy_look").policy).toContain("kms:GenerateDataKey");
});

test("its own state is a file, at a path that does not depend on the machine", () => {
  const { backend } = (stack.terraform ?? {}) as { backend?: { local?: { path?: string } } };
  expect(backend?.local?.path).toMatch(/\.terraform-state\/[a-z-]+\/bootstrap\.tfstate$/);
});

test.each([
  ["local states", DELIVERY, "state\n    received  {\"type\":\"local\",\"directory\":\".terraform-state\"}\n    allowed   {type: s3, bucket: …}"],
  ["no repository", S3, "delivery\n    received  nothing\n    allowed   {repository: owner/name}"],
])("%s: says what is missing", (_name, yaml, message) => {
  expect(() => bootstrap(yaml)).toThrow(message);
});

test("the configuration in docs/pull-requests.md gives the roles and the bucket that the guide names", () => {
  const guide = readFileSync(join(PROJECT, "docs/pull-requests.md"), "utf8");
  const template = bootstrapOf(/```yaml\n([^]*?)```/.exec(guide)![1]!);
  expect(resource(template, "aws_s3_bucket").bucket).toBe("acme-terraform-states");
  for (const id of ["plan", "deploy"]) expect(guide).toContain(`role/${role(template, id).name as string}\n`);
});
