import { allowed, type PolicyDocument } from "../../support/iam/evaluate";
import { EXAMPLES } from "../../support/iam/examples";
import { installation, type Installation } from "../../support/iam/questions";
import { ACCOUNT, KEY_ID } from "../../support/iam/stacks";

const STRANGER = "999999999999";
const it = installation(EXAMPLES.delivery!);
const { name, region } = it.config;
const ask = (resourcePolicy: PolicyDocument, principal: string, action: string, resource: string, context = {}) =>
  allowed({ principal, policies: [], resourcePolicy, action, resource, context });

describe("tokens of workflows", () => {
  const ISSUER = "token.actions.githubusercontent.com";
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
  const withIds: Installation = installation(EXAMPLES.defaults!);
  const token = (which: "plan" | "deploy", sub: string, { principal = provider, ...claims }: Readonly<Record<string, string>> = {}) =>
    ask(withIds.bootstrap.roles[`github-${withIds.config.name}-${which}`]!.trust, principal, "sts:AssumeRoleWithWebIdentity", "*", {
      [`${ISSUER}:aud`]: "sts.amazonaws.com",
      [`${ISSUER}:sub`]: sub,
      ...Object.fromEntries(Object.entries({ repository_id: "5678", job_workflow_ref: "acme/ci-infrastructure/.github/workflows/deploy-stack.yml@refs/heads/main", ...claims }).map(([key, value]) => [`${ISSUER}:${key}`, value])),
    });
  const OLD = "repo:acme/ci-infrastructure";
  const NEW = "repo:acme@1234/ci-infrastructure@5678";

  test.each([OLD, NEW])("of %s are taken: pull requests and main for plans, the environment for deploys", (repo) => {
    expect([token("plan", `${repo}:pull_request`), token("plan", `${repo}:ref:refs/heads/main`), token("deploy", `${repo}:environment:production`)]).toEqual([true, true, true]);
  });

  test.each<[string, "plan" | "deploy", string, Record<string, string>]>([
    ["a repository that took the name", "deploy", "repo:acme@9/ci-infrastructure@9:environment:production", {}],
    ["a repository that took the name, within the organisation", "plan", "repo:acme@1234/ci-infrastructure@9:pull_request", {}],
    ["an organisation that took the name and sends the old form", "deploy", `${OLD}:environment:production`, { repository_id: "9" }],
    ["another branch", "plan", `${NEW}:ref:refs/heads/evil`, {}],
    ["a tag", "plan", `${NEW}:ref:refs/tags/v1`, {}],
    ["the environment, for a plan", "plan", `${NEW}:environment:production`, {}],
    ["another environment", "deploy", `${NEW}:environment:staging`, {}],
    ["the branch without the environment", "deploy", `${NEW}:ref:refs/heads/main`, {}],
    ["a pull request, for a deploy", "deploy", `${NEW}:pull_request`, {}],
    ["another workflow in the environment", "deploy", `${NEW}:environment:production`, { job_workflow_ref: "acme/ci-infrastructure/.github/workflows/evil.yml@refs/heads/main" }],
    ["the workflow of another branch in the environment", "deploy", `${NEW}:environment:production`, { job_workflow_ref: "acme/ci-infrastructure/.github/workflows/deploy-stack.yml@refs/heads/evil" }],
    ["a fork", "plan", "repo:evil@9/ci-infrastructure@9:pull_request", {}],
    ["a like-named repository", "plan", "repo:acme/ci-infrastructure-2:pull_request", {}],
    ["other letters", "plan", "repo:ACME/ci-infrastructure:pull_request", {}],
    ["another audience", "plan", `${NEW}:pull_request`, { aud: "https://github.com/acme" }],
    ["another issuer", "plan", `${NEW}:pull_request`, { principal: `arn:aws:iam::${ACCOUNT}:oidc-provider/gitlab.com` }],
  ])("not taken: %s", (_title, which, sub, claims) => {
    expect(token(which, sub, claims)).toBe(false);
  });
});

test.each<[string, string, Record<string, string>]>([
  ["karpenter", "pods.eks.amazonaws.com", { "aws:RequestTag/kubernetes-service-account": "karpenter" }],
  ["vpc-cni", "pods.eks.amazonaws.com", { "aws:RequestTag/kubernetes-service-account": "aws-node" }],
  ["aws-ebs-csi-driver", "pods.eks.amazonaws.com", { "aws:RequestTag/kubernetes-service-account": "ebs-csi-controller-sa" }],
  ["runner-node", "ec2.amazonaws.com", {}],
  ["support-node", "ec2.amazonaws.com", {}],
  ["cluster", "eks.amazonaws.com", {}],
  ["flow-logs", "vpc-flow-logs.amazonaws.com", {}],
])("%s is for %s on behalf of this account, and for nobody else", (role, service, tags) => {
  const { trust } = it.stacks.roles[`${name}-${role}`]!;
  const pod = service.startsWith("pods") ? { "aws:RequestTag/kubernetes-namespace": "kube-system", "aws:RequestTag/eks-cluster-name": name, ...tags } : {};
  const take = (principal: string, context: object) => ask(trust, principal, "sts:AssumeRole", "*", context);
  expect(take(service, { "aws:SourceAccount": ACCOUNT, ...pod })).toBe(true);
  expect(take(service, { "aws:SourceAccount": STRANGER, ...pod })).toBe(false);
  expect(take("lambda.amazonaws.com", { "aws:SourceAccount": ACCOUNT, ...pod })).toBe(false);
  expect(take(`arn:aws:iam::${STRANGER}:role/evil`, { "aws:SourceAccount": ACCOUNT, ...pod })).toBe(false);
  if (!service.startsWith("pods")) return;
  expect(ask(trust, service, "sts:TagSession", "*", { "aws:SourceAccount": ACCOUNT, ...pod })).toBe(true);
  for (const other of [{ "aws:RequestTag/kubernetes-service-account": "default" }, { "aws:RequestTag/kubernetes-namespace": "default" }, { "aws:RequestTag/eks-cluster-name": "other" }]) {
    expect([other, take(service, { "aws:SourceAccount": ACCOUNT, ...pod, ...other })]).toEqual([other, false]);
  }
});

test("the queue takes messages of Karpenter's own rules over TLS, and of nothing else", () => {
  const queue = it.stacks.queue!;
  const send = (principal: string, context: object, action = "sqs:SendMessage") => ask(queue, principal, action, `arn:aws:sqs:${region}:${ACCOUNT}:${name}-karpenter`, context);
  const rule = (account: string, it: string) => ({ "aws:SecureTransport": "true", "aws:SourceArn": `arn:aws:events:${region}:${account}:rule/${it}` });
  expect(send("events.amazonaws.com", rule(ACCOUNT, `${name}-karpenter-spot`))).toBe(true);
  expect(send("events.amazonaws.com", rule(ACCOUNT, "payroll"))).toBe(false);
  expect(send("events.amazonaws.com", rule(STRANGER, `${name}-karpenter-spot`))).toBe(false);
  expect(send("events.amazonaws.com", { ...rule(ACCOUNT, `${name}-karpenter-spot`), "aws:SecureTransport": "false" })).toBe(false);
  expect(send("events.amazonaws.com", rule(ACCOUNT, `${name}-karpenter-spot`), "sqs:ReceiveMessage")).toBe(false);
  expect(send("sqs.amazonaws.com", rule(ACCOUNT, `${name}-karpenter-spot`))).toBe(false);
  expect(send(`arn:aws:iam::${STRANGER}:role/evil`, { "aws:SecureTransport": "true" })).toBe(false);
});

test("the cluster's key lets the deploy role manage it at once, encrypts this cluster's logs, and is for no stranger", () => {
  const key = it.stacks.key!;
  const use = (principal: string, action: string, context = {}) => ask(key, principal, `kms:${action}`, `arn:aws:kms:${region}:${ACCOUNT}:key/${KEY_ID}`, context);
  const deploy = `arn:aws:sts::${ACCOUNT}:assumed-role/github-${name}-deploy/x`;
  expect(["EnableKeyRotation", "CreateAlias", "ScheduleKeyDeletion"].map((action) => use(deploy, action))).toEqual([true, true, true]);
  expect(use(deploy, "CreateGrant", { "kms:GrantIsForAWSResource": "true" })).toBe(true);
  expect(["CreateGrant", "PutKeyPolicy", "Decrypt", "Encrypt"].map((action) => use(deploy, action))).toEqual([false, false, false, false]);
  const logs = (group: string, account = ACCOUNT) => ({ "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:${group}` });
  expect(use(`logs.${region}.amazonaws.com`, "Decrypt", logs(`/aws/eks/${name}/cluster`))).toBe(true);
  expect(use(`logs.${region}.amazonaws.com`, "Decrypt", logs("/aws/lambda/x"))).toBe(false);
  expect(use(`logs.${region}.amazonaws.com`, "Decrypt", logs(`/aws/eks/${name}/cluster`, STRANGER))).toBe(false);
  expect(use(`arn:aws:iam::${STRANGER}:role/evil`, "Decrypt")).toBe(false);
});
