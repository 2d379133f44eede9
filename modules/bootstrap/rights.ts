import type { Statement } from "../cdktf/iam";

/** What the rights of the two roles are about. */
export interface Scope {
  /** Name of the installation: everything that it makes in IAM begins with it. */
  readonly name: string;
  /** Name of the EKS cluster; the installation's own, or one that exists. */
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly kmsKeyArn?: string;
  /** AWS secrets that plans read and forget: names, or ARNs. */
  readonly secrets: readonly string[];
}

const arn = ({ partition, region, account }: Scope, service: string, rest: string, place = region) =>
  `arn:${partition}:${service}:${place}:${account}:${rest}`;
const stateOf = ({ partition, bucket, prefix }: Scope, what: string) => `arn:${partition}:s3:::${bucket}/${prefix}/${what}`;

/** What a plan needs of the states: reading. A lock would be a write, so plans of pull requests take none. */
export const readState = (scope: Scope): Statement[] => [
  {
    Sid: "FindStates",
    Action: "s3:ListBucket",
    Resource: `arn:${scope.partition}:s3:::${scope.bucket}`,
    Condition: { StringLike: { "s3:prefix": [`${scope.prefix}/*`] } },
  },
  { Sid: "ReadStates", Action: "s3:GetObject", Resource: stateOf(scope, "*.tfstate") },
  ...(scope.kmsKeyArn === undefined ? [] : [{ Sid: "DecryptStates", Action: "kms:Decrypt", Resource: scope.kmsKeyArn }]),
];

/** What a deploy needs besides: writing states, and making and removing locks. */
export const writeState = (scope: Scope): Statement[] => [
  { Sid: "WriteStates", Action: "s3:PutObject", Resource: [stateOf(scope, "*.tfstate"), stateOf(scope, "*.tfstate.tflock")] },
  { Sid: "LockStates", Action: ["s3:GetObject", "s3:DeleteObject"], Resource: stateOf(scope, "*.tfstate.tflock") },
  ...(scope.kmsKeyArn === undefined ? [] : [{ Sid: "EncryptStates", Action: "kms:GenerateDataKey", Resource: scope.kmsKeyArn }]),
];

/** Looking at everything that the stacks make. Nothing here reads data, but for the secrets that the stacks name. */
export const look = (scope: Scope): Statement[] => [
  {
    Sid: "LookAtEverything",
    Action: [
      "ec2:Describe*",
      "ec2:GetManagedPrefixListEntries",
      "eks:Describe*",
      "eks:List*",
      "events:DescribeRule",
      "events:List*",
      "iam:Get*",
      "iam:List*",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:List*",
      "logs:Describe*",
      "logs:List*",
      "sqs:Get*",
      "sqs:List*",
      "sts:GetCallerIdentity",
    ],
    Resource: "*",
  },
  {
    Sid: "ReadNamedSecrets",
    Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    // Secrets Manager ends every name with six characters of its own.
    Resource: scope.secrets.map((secret) => (secret.startsWith("arn:") ? secret : arn(scope, "secretsmanager", `secret:${secret}-??????`))),
  },
];

/** What belongs to a cluster, as EKS names it in its actions, and what is done with it. */
const CLUSTER_PARTS: readonly (readonly [string, readonly string[]])[] = [
  ["AccessEntry", ["Create", "Delete", "Update"]],
  ["AccessPolicy", ["Associate", "Disassociate"]],
  ["Addon", ["Create", "Delete", "Update"]],
  ["Cluster", ["Delete"]],
  ["ClusterConfig", ["Update"]],
  ["ClusterVersion", ["Update"]],
  ["EncryptionConfig", ["Associate"]],
  ["Nodegroup", ["Create", "Delete"]],
  ["NodegroupConfig", ["Update"]],
  ["NodegroupVersion", ["Update"]],
  ["PodIdentityAssociation", ["Create", "Delete", "Update"]],
  ["Resource", ["Tag", "Untag"]],
];

/** Making, changing and removing what the network and cluster stacks hold, besides IAM. */
export function make(scope: Scope): Statement[] {
  const { name, cluster, region } = scope;
  const here = { StringEquals: { "aws:RequestedRegion": region } };
  const verbs = ["Allocate", "Associate", "Attach", "Authorize", "Create", "Delete", "Detach", "Disassociate", "Modify", "Release", "Replace", "Revoke"];
  const ours = { StringEquals: { "aws:ResourceTag/dagger-ci/installation": name } };
  return [
    // Network resources refer to each other in one call, and only some of them can be told by a tag.
    { Sid: "Network", Action: verbs.map((verb) => `ec2:${verb}*`), Resource: "*", Condition: here },
    { Sid: "LaunchTemplates", Action: "ec2:RunInstances", Resource: "*", Condition: here },
    // EKS knows no name yet when a cluster is made.
    { Sid: "MakeCluster", Action: "eks:CreateCluster", Resource: "*", Condition: here },
    {
      Sid: "OwnCluster",
      Action: ["Associate", "Create", "Delete", "Disassociate", "Tag", "Untag", "Update"].flatMap((verb) =>
        CLUSTER_PARTS.filter(([, verbs]) => verbs.includes(verb)).map(([part]) => `eks:${verb}${part}`),
      ),
      Resource: ["cluster", "nodegroup", "addon", "access-entry", "podidentityassociation"].map((kind) =>
        arn(scope, "eks", kind === "cluster" ? `cluster/${cluster}` : `${kind}/${cluster}/*`),
      ),
    },
    {
      Sid: "MakeKey",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestTag/dagger-ci/installation": name, "aws:RequestedRegion": region } },
    },
    {
      Sid: "OwnKeys",
      Action: [
        ...["CreateGrant", "DisableKeyRotation", "EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion"],
        ...["CancelKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription"],
      ].map((action) => `kms:${action}`),
      Resource: arn(scope, "kms", "key/*"),
      Condition: ours,
    },
    {
      // KMS asks for the right to the alias and to the key; the alias tells which one is meant.
      Sid: "OwnAlias",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: [arn(scope, "kms", `alias/${name}`), arn(scope, "kms", "key/*")],
    },
    {
      Sid: "OwnLogs",
      Action: ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"],
      Resource: [`/aws/eks/${name}/*`, `/aws/vpc/${name}/*`].map((group) => arn(scope, "logs", `log-group:${group}`)),
    },
    {
      Sid: "OwnQueue",
      Action: ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
      Resource: arn(scope, "sqs", `${name}-karpenter`),
    },
    {
      Sid: "OwnEventRules",
      Action: ["DeleteRule", "PutRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource"].map((action) => `events:${action}`),
      Resource: arn(scope, "events", `rule/${name}-karpenter-*`),
    },
  ];
}

/** AWS services that a role of the installation may be handed to. */
const SERVICES = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn", "eks.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com"];
const LINKED = ["autoscaling", "eks", "eks-nodegroup", "spot"].map((service) => `${service}.amazonaws.com`);

/** Roles, policies and instance profiles whose names begin with the installation's, and no others. */
export function makeIdentities(scope: Scope): Statement[] {
  const { name, partition } = scope;
  const iam = (what: string) => arn(scope, "iam", `${what}/${name}-*`, "");
  const actions = (...names: readonly string[]) => names.map((action) => `iam:${action}`);
  return [
    {
      Sid: "OwnRoles",
      Action: actions(
        ...["CreateRole", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePolicy", "TagRole", "UntagRole"],
        ...["UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"],
      ),
      Resource: iam("role"),
    },
    {
      // Never one of AWS's policies for administrators.
      Sid: "AttachKnownPolicies",
      Action: actions("AttachRolePolicy"),
      Resource: iam("role"),
      Condition: {
        ArnLike: {
          "iam:PolicyARN": [iam("policy"), `arn:${partition}:iam::aws:policy/Amazon*`, `arn:${partition}:iam::aws:policy/service-role/Amazon*`],
        },
      },
    },
    {
      Sid: "OwnPolicies",
      Action: actions("CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy"),
      Resource: iam("policy"),
    },
    {
      Sid: "OwnInstanceProfiles",
      Action: actions(
        ...["AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile"],
        ...["TagInstanceProfile", "UntagInstanceProfile"],
      ),
      Resource: iam("instance-profile"),
    },
    {
      Sid: "HandOverOwnRoles",
      Action: actions("PassRole"),
      Resource: iam("role"),
      Condition: { StringEquals: { "iam:PassedToService": SERVICES } },
    },
    {
      Sid: "ServiceLinkedRoles",
      Action: actions("CreateServiceLinkedRole"),
      Resource: arn(scope, "iam", "role/aws-service-role/*", ""),
      Condition: { StringEquals: { "iam:AWSServiceName": LINKED } },
    },
  ];
}
