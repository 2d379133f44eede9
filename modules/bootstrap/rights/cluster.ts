import { GRANT_TO_AWS, type Statement } from "../../cdktf/iam";
import { KEY_CHANGES } from "../../cluster/encryption-key";
import { arn, asOwn, iamArn, inRegion, owned, type Scope } from "./scope";
import { clusterArns, clusterParts } from "./look";
import { ownSeeds } from "./seeds";

const eks = (actions: readonly string[]) => actions.map((action) => `eks:${action}`);
/** What is done with the parts of a cluster once they are there. */
const PART_CHANGES = [
  ...["DeleteAccessEntry", "DeleteAddon", "DeleteNodegroup", "DeletePodIdentityAssociation", "TagResource", "UntagResource"],
  ...["UpdateAccessEntry", "UpdateAddon", "UpdateNodegroupConfig", "UpdateNodegroupVersion", "UpdatePodIdentityAssociation"],
];

/** Making, changing and removing what the cluster stack holds in EKS, KMS, CloudWatch, SQS, EventBridge and S3. */
export const cluster = (scope: Scope): Statement[] => [
  ...(scope.cluster.own ? ownCluster(scope) : guest(scope)),
  ...keys(scope),
  ...observers(scope),
  ...ownSeeds(scope),
];

const ownCluster = (scope: Scope): Statement[] => [
  // EKS knows no name yet when a cluster is made.
  { Sid: "MakeCluster", Action: "eks:CreateCluster", Resource: "*", Condition: { StringEquals: { ...asOwn(scope), ...inRegion(scope) } } },
  {
    Sid: "OwnCluster",
    Action: eks([
      ...["AssociateAccessPolicy", "CreateAccessEntry", "CreateAddon", "CreateNodegroup", "CreatePodIdentityAssociation", "DeleteCluster"],
      ...["DisassociateAccessPolicy", "UpdateClusterConfig", "UpdateClusterVersion", ...PART_CHANGES],
    ]),
    Resource: clusterArns(scope),
  },
];

/**
 * In a cluster of others: no verb on the cluster itself but to add parts, of the kinds that the configuration has, and
 * changes only to parts with the installation's tag. The one access entry is that of its nodes: without groups, without
 * a user name, for its own role.
 */
function guest(scope: Scope): Statement[] {
  const { name, account, cluster: it } = scope;
  const target = arn(scope, "eks", `cluster/${it.name}`);
  const existing = it.runnerNodeRoleArn === undefined ? [] : [it.runnerNodeRoleArn];
  const nodes = [iamArn(scope, `role${scope.iamPath}${name}-*-node`), ...existing];
  // EKS names an entry after the role; its reference does not say whether with the path.
  const entries = [`${name}-*-node`, ...(scope.iamPath === "/" ? [] : [`${scope.iamPath.slice(1)}${name}-*-node`]), ...existing.flatMap(roleNames)];
  const identities = it.karpenter || it.addons.length > 0 || scope.jobRoles.length > 0 || scope.seeds !== undefined;
  const added = [
    ...(it.addons.length > 0 ? ["CreateAddon"] : []),
    ...(it.persistentFleets ? ["CreateNodegroup"] : []),
    ...(identities ? ["CreatePodIdentityAssociation"] : []),
  ];
  const part = (path: string) => arn(scope, "eks", path.replace("/", `/${it.name}/`));
  return [
    ...(added.length > 0
      ? [{ Sid: "AddParts", Action: eks(added), Resource: target, Condition: { StringEqualsIfExists: asOwn(scope) } }]
      : []),
    {
      Sid: "LetOwnNodesIn",
      Action: "eks:CreateAccessEntry",
      Resource: target,
      Condition: {
        StringEqualsIfExists: { ...asOwn(scope), "eks:accessEntryType": "EC2_LINUX" },
        ArnLikeIfExists: { "eks:principalArn": nodes.length === 1 ? nodes[0]! : nodes },
        Null: { "eks:kubernetesGroups": "true", "eks:username": "true" },
      },
    },
    {
      // Tagging at creation is the same right as tagging later: so by name, where EKS puts one into the ARN.
      Sid: "TagNewParts",
      Action: "eks:TagResource",
      Resource: [
        ...entries.map((entry) => part(`access-entry/role/${account}/${entry}/*`)),
        ...it.addons.map((addon) => part(`addon/${addon}/*`)),
        ...(it.persistentFleets ? [part(`nodegroup/${name}-*/*`)] : []),
        ...(identities ? [part("podidentityassociation/*")] : []),
      ],
      Condition: { StringEquals: asOwn(scope), StringEqualsIfExists: owned(scope) },
    },
    { Sid: "OwnParts", Action: eks(PART_CHANGES), Resource: clusterParts(scope), Condition: { StringEquals: owned(scope) } },
  ];
}

/** A role's name, and with its path if it has one. */
const roleNames = (roleArn: string): string[] => {
  const whole = roleArn.replace(/^.*:role\//, "");
  return [...new Set([whole.replace(/^.*\//, ""), whole])];
};

/**
 * A new key lets the deploy role in by its own policy (modules/cluster/encryption-key.ts), and has no tags: KMS sees
 * tags minutes late, and cannot tell tagging a new key from tagging anybody's. By tags only keys of earlier times.
 */
function keys(scope: Scope): Statement[] {
  const { kmsKeyArn, own } = scope.cluster;
  const Condition = { StringEquals: owned(scope) };
  if (!own) return [];
  if (kmsKeyArn !== undefined) return [{ Sid: "GrantYourKeyToEks", Action: "kms:CreateGrant", Resource: kmsKeyArn, Condition: GRANT_TO_AWS }];
  return [
    { Sid: "MakeKey", Action: "kms:CreateKey", Resource: "*", Condition: { StringEquals: inRegion(scope) } },
    { Sid: "OwnKeys", Action: KEY_CHANGES, Resource: arn(scope, "kms", "key/*"), Condition },
    { Sid: "GrantOwnKeyToEks", Action: "kms:CreateGrant", Resource: arn(scope, "kms", "key/*"), Condition: { ...Condition, ...GRANT_TO_AWS } },
    { Sid: "OwnAlias", Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], Resource: arn(scope, "kms", `alias/${scope.name}`) },
  ];
}

function observers(scope: Scope): Statement[] {
  const { name } = scope;
  const queue = arn(scope, "sqs", `${name}-karpenter`);
  const rules = arn(scope, "events", `rule/${name}-karpenter-*`);
  return [
    {
      Sid: "OwnLogs",
      Action: ["AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "TagResource", "UntagResource"].map((action) => `logs:${action}`),
      Resource: [`/aws/eks/${name}/*`, `/aws/vpc/${name}/*`].map((group) => arn(scope, "logs", `log-group:${group}`)),
    },
    { Sid: "OwnQueue", Action: ["CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"].map((action) => `sqs:${action}`), Resource: queue },
    { Sid: "OwnEventRules", Action: ["DeleteRule", "PutRule", "RemoveTargets", "TagResource", "UntagResource"].map((action) => `events:${action}`), Resource: rules },
    { Sid: "EventsToOwnQueue", Action: "events:PutTargets", Resource: rules, Condition: { "ForAllValues:ArnEquals": { "events:TargetArn": queue } } },
  ];
}
