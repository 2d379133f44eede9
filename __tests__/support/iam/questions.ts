import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapConfig } from "../../../modules/bootstrap/config";
import { parseConfig } from "../../../modules/load-config";
import { amiParameters, diskKeys } from "../../../modules/contract/karpenter-needs";
import type { Config } from "../../../modules/config/schema";
import { hasSeeds, seedBucket } from "../../../modules/contract/seed-bucket";
import { readSynthesized, type TerraformJson } from "../../../operations/synthesized";
import { synthesizeBootstrap } from "../../../stacks/bootstrap";
import { synthesize } from "../../../stacks/app";
import { deliveryAttacks } from "./attacks";
import type { PolicyDocument, Question, Request } from "./evaluate";
import { excesses } from "./excess";
import { beyondBoundary, karpenter, underBoundary } from "./role-calls";
import { seedBucketAttacks, seedCalls } from "./seed-calls";
import { ACCOUNT, identitiesOf, KEY_ID, type Identities, type StackRole } from "./stacks";
import { words } from "./requests";
import { terraformCalls } from "./terraform-calls";

/** One question with the answer that it must get. */
export interface Case {
  readonly role: string;
  readonly label: string;
  readonly question: Question;
  readonly allowed: boolean;
  /** Allowed beyond what is needed, with a reason in docs/security.md. */
  readonly excess?: true;
}

/** An installation with delivery: its configuration, its stacks, and what is in them of IAM. */
export interface Installation {
  readonly config: Config;
  readonly cluster: string;
  readonly templates: Readonly<Record<string, TerraformJson>>;
  readonly stacks: Identities;
  readonly bootstrap: Identities;
  readonly boundaryArn: string;
}

/** Adds to a configuration what workflows need, if it lacks that, and synthesises all of it. */
export function installation(yaml: string): Installation {
  const more = [
    ...(/^account:/m.test(yaml) ? [] : [`account: "${ACCOUNT}"`]),
    ...(/^state:/m.test(yaml) ? [] : ["state: {type: s3, bucket: acme-terraform-states}"]),
    ...(/^delivery:/m.test(yaml) ? [] : ["delivery: {repository: acme@1234/ci-infrastructure@5678}"]),
  ];
  const config = parseConfig(`${yaml}\n${more.join("\n")}\n`);
  const write = (to: (outdir: string) => unknown): Record<string, TerraformJson> => {
    const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    try {
      to(outdir);
      return Object.fromEntries(readSynthesized(outdir).map(({ name, template }) => [name, template]));
    } finally {
      rmSync(outdir, { recursive: true });
    }
  };
  const templates = write((outdir) => synthesize(config, outdir));
  const cluster = config.cluster.mode === "existing" ? config.cluster.name : config.name;
  const handedOn = { cluster_name: cluster, seed_bucket: seedBucket(config, ACCOUNT) ?? "" };
  const all = Object.values(templates).map((template) => identitiesOf(template, config.region, handedOn));
  const { bootstrap } = write((outdir) => synthesizeBootstrap(bootstrapConfig(config, "dagger-ci.yaml"), outdir));
  const found = all.find(({ key }) => key)?.key;
  const queue = all.find((one) => one.queue)?.queue;
  return {
    config,
    cluster,
    templates,
    stacks: {
      roles: Object.assign({}, ...all.map(({ roles }) => roles)) as Identities["roles"],
      managed: {},
      ...(queue ? { queue } : {}),
      ...(found ? { key: found } : {}),
    },
    bootstrap: identitiesOf(bootstrap!, config.region),
    boundaryArn: `arn:aws:iam::${ACCOUNT}:policy${config.cluster.iamPath}github-${config.name}-boundary`,
  };
}

/** A key of somebody else in the account, whose policy hands over to IAM, as most do. */
const USUAL_KEY: PolicyDocument = { Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }] };
const ANYTHING: PolicyDocument = { Statement: [{ Sid: "Anything", Effect: "Allow", Action: "*", Resource: "*" }] };

const session = (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/GitHubActions`;

/** What of IAM a configuration has besides what the stacks make. */
const existing = (config: Config) => ({
  iamPath: config.cluster.iamPath,
  amiParameterArns: amiParameters(config, ACCOUNT),
  ...(config.cluster.runnerNodes.roleArn === undefined ? {} : { nodeRoleArn: config.cluster.runnerNodes.roleArn }),
});

/** Every case of an installation. */
export function casesOf(it: Installation): Case[] {
  const { config, cluster, templates, stacks, bootstrap, boundaryArn } = it;
  const { name, region, state } = config;
  const boundary = bootstrap.managed[boundaryArn]!;
  const keyArn = config.cluster.mode === "new" ? config.cluster.kmsKeyArn : undefined;
  const setting = { region, name, cluster, boundary: boundaryArn, zonalShift: config.cluster.zonalShift, ...existing(config), ...(keyArn === undefined ? {} : { keyArn }) };
  const keyPolicy = ({ resource }: Request) => (resource.endsWith(`key/${KEY_ID}`) ? (stacks.key ?? USUAL_KEY) : /:kms:.*:key\//.test(resource) ? USUAL_KEY : undefined);
  const ask = (role: Pick<StackRole, "name" | "policies" | "boundary">, request: Request): Question => {
    const resourcePolicy = keyPolicy(request);
    return { ...request, principal: session(role.name), policies: role.policies, ...(role.boundary ? { boundary } : {}), ...(resourcePolicy ? { resourcePolicy } : {}) };
  };
  const [plan, deploy] = ["plan", "deploy"].map((which) => bootstrap.roles[`github-${name}-${which}`]!) as [StackRole, StackRole];
  const cases: Case[] = [];
  const add = (role: Pick<StackRole, "name" | "policies" | "boundary">, label: string, request: Request, allowed: boolean, excess = false) =>
    void cases.push({ role: role.name, label, question: ask(role, request), allowed, ...(excess ? { excess } : {}) });

  const prefix = state.type === "s3" ? (state.prefix ?? name) : name;
  const bucket = state.type === "s3" ? state.bucket : "";
  const object = (key: string) => `arn:aws:s3:::${bucket}/${prefix}/${key}`;
  const s3 = (action: string, resource: string, context = {}): Request => ({ action: `s3:${action}`, resource, context: { "aws:RequestedRegion": region, ...context } });
  for (const [stack, template] of Object.entries(templates)) {
    const file = `${stack}.tfstate`;
    for (const role of [plan, deploy]) {
      add(role, `state of ${stack}: read`, s3("GetObject", object(file)), true);
      add(role, `state of ${stack}: find`, s3("ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": `${prefix}/${file}` }), true);
    }
    for (const [action, key] of [["PutObject", file], ["PutObject", `${file}.tflock`], ["GetObject", `${file}.tflock`], ["DeleteObject", `${file}.tflock`]] as const) {
      add(deploy, `state of ${stack}: ${action} ${key}`, s3(action, object(key)), true);
    }
    for (const [label, { read = [], create = [], update = [], remove = [] }] of terraformCalls(template, stack, setting)) {
      read.forEach((request) => add(plan, `plan ${label}`, request, true));
      for (const [phase, requests] of Object.entries({ read, create, update, remove })) requests.forEach((request) => add(deploy, `${phase} ${label}`, request, true));
      [...create, ...update, ...remove]
        .filter(({ action }) => !/:(Describe|Get|List)|^kms:Decrypt/.test(action))
        .forEach((request) => add(plan, `the plan role writes: ${label}`, request, false));
    }
  }
  for (const [role, label, request, answer] of keyCases(it, { plan, deploy, karpenter: stacks.roles[`${name}-karpenter`] })) add(role, label, request, answer);
  const { arn, iam, ask: asked } = words(region, setting);
  for (const role of [plan, deploy]) {
    // Before a stack without a state is planned: does something of this name stand?
    [asked("ec2:DescribeVpcs", "*"), asked("eks:ListClusters", "*"), asked("eks:DescribeCluster", arn("eks", `cluster/${cluster}`)), asked("iam:GetRole", iam(`role/${name}-runner-node`))]
      .forEach((request) => add(role, "the look before a first apply", request, true));
  }
  const attacks = deliveryAttacks({ ...setting, ownCluster: config.cluster.mode === "new", bucket, prefix, secret: config.github.secret });
  attacks.plan.forEach(([label, request]) => add(plan, label, request, false));
  attacks.deploy.forEach(([label, request]) => add(deploy, label, request, false));

  const onSeeds = seedBucketAttacks(config);
  onSeeds.plan.forEach(([label, request]) => add(plan, label, request, false));
  onSeeds.deploy.forEach(([label, request]) => add(deploy, label, request, false));

  const own = stacks.roles[`${name}-karpenter`];
  if (own) {
    const { calls, attacks: tried } = karpenter(setting);
    for (const [label, requests] of calls) requests.forEach((request) => add(own, label, request, true));
    tried.forEach(([label, request]) => add(own, label, request, false));
  }
  const ofSeeds = seedCalls(config);
  for (const { role, calls, attacks: tried } of ofSeeds) {
    calls.forEach((request) => add(stacks.roles[role]!, "seeds", request, true));
    tried.forEach(([label, request]) => add(stacks.roles[role]!, label, request, false));
  }
  for (const role of Object.values(stacks.roles).filter(({ name: one }) => !ofSeeds.some((it) => it.role === one))) {
    // AWS's own policies are not here: whatever they give, the boundary must let through what the role needs.
    const kind = role.name.endsWith("-node") && !role.name.endsWith("-support-node") ? "runner-node" : role.name.replace(`${name}-`, "");
    const needed = underBoundary(setting)[kind];
    if (!needed) throw new Error(`no calls are known for the role ${role.name}: add them`);
    needed.forEach((request) => add({ ...role, policies: role.awsPolicies.length > 0 && !request.action.startsWith("kms:") ? [ANYTHING] : role.policies }, "under the boundary", request, true));
  }
  const anyRole = { name: `${name}-karpenter`, policies: [ANYTHING], boundary: boundaryArn };
  beyondBoundary(setting).forEach(([label, request]) => add(anyRole, `beyond the boundary: ${label}`, request, false));

  const roles: Record<string, Pick<StackRole, "name" | "policies" | "boundary"> | undefined> = { plan, deploy, karpenter: own, "vpc-cni": { ...anyRole, name: `${name}-vpc-cni` } };
  for (const { role, label, request, guest } of excesses(setting)) {
    const who = roles[role];
    const applies = applicable(it, label, guest === true);
    if (who && applies) add(who, label, request, true, true);
  }
  return cases;
}

/** The keys of the account that a configuration names, and a cluster's key from before the deploy role was in its policy. */
function keyCases({ config }: Installation, roles: Readonly<Record<"plan" | "deploy" | "karpenter", StackRole | undefined>>): [StackRole, string, Request, boolean][] {
  const { state, delivery, cluster, name, region } = config;
  const { each } = words(region);
  const toAws = { "kms:GrantIsForAWSResource": "true" };
  const cases: [StackRole, string, Request, boolean][] = [];
  const add = (role: StackRole | undefined, label: string, requests: readonly Request[], answer: boolean) => {
    if (role) cases.push(...requests.map((request): [StackRole, string, Request, boolean] => [role, label, request, answer]));
  };
  if (state.type === "s3" && state.kmsKeyArn !== undefined) {
    for (const role of [roles.plan, roles.deploy]) add(role, "key of the states", each("kms", "Decrypt", state.kmsKeyArn), true);
    add(roles.deploy, "key of the states", each("kms", "GenerateDataKey", state.kmsKeyArn), true);
    add(roles.plan, "key of the states: write", each("kms", "GenerateDataKey", state.kmsKeyArn), false);
  }
  for (const key of delivery?.secretsKmsKeyArns ?? []) {
    for (const role of [roles.plan, roles.deploy]) {
      add(role, "key of the secrets", each("kms", "Decrypt", key, { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` }), true);
      add(role, "key of the secrets, for something else", each("kms", "Decrypt", key), false);
    }
  }
  for (const disks of diskKeys(config)) {
    add(roles.karpenter, "key of disks", each("kms", "DescribeKey Decrypt GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo", disks), true);
    add(roles.karpenter, "key of disks", each("kms", "CreateGrant", disks, toAws), true);
    add(roles.karpenter, "key of disks: grant to a person", each("kms", "CreateGrant", disks), false);
    add(roles.deploy, "key of disks", each("kms", "Decrypt CreateGrant ScheduleKeyDeletion", disks), false);
  }
  if (cluster.mode === "existing") return cases;
  if (cluster.kmsKeyArn !== undefined) {
    add(roles.deploy, "your key of Kubernetes Secrets", each("kms", "ScheduleKeyDeletion PutKeyPolicy TagResource Decrypt", cluster.kmsKeyArn), false);
    add(roles.deploy, "your key of Kubernetes Secrets: grant to a person", each("kms", "CreateGrant", cluster.kmsKeyArn), false);
  } else {
    const old = { "aws:ResourceTag/dagger-ci/installation": name };
    const key = `arn:aws:kms:${region}:${ACCOUNT}:key/22222222-3333-4444-5555-666666666666`;
    add(roles.deploy, "a key from before", each("kms", "EnableKeyRotation UpdateKeyDescription TagResource UntagResource CreateAlias UpdateAlias DeleteAlias ScheduleKeyDeletion", key, old), true);
    add(roles.deploy, "a key from before", each("kms", "CreateGrant", key, { ...old, ...toAws }), true);
  }
  return cases;
}

/** Whether an excess is there at all in an installation: some rights follow from its configuration. */
function applicable({ config }: Installation, label: string, guest: boolean): boolean {
  const { network, cluster: it } = config;
  if (guest) return it.mode === "existing" && (config.addons.karpenter.mode !== "existing" || Object.values(it.addons).some(Boolean) || hasSeeds(config));
  if (label.includes("hosted zone")) return network.mode === "new" && (network.nat === "none" || (network.interfaceEndpoints ?? []).length > 0);
  if (label.includes("security group")) return network.mode === "new";
  if (label.includes("launch instances")) return it.mode === "new" || config.fleets.some(({ nodes }) => nodes.mode === "persistent");
  if (label.includes("new KMS key")) return it.mode === "new" && it.kmsKeyArn === undefined;
  return true;
}
