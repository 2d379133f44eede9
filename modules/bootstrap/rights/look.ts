import { awsDomain } from "../../facts/regions";
import type { Statement } from "../../cdktf/iam";
import { arn, iamArn, inRegion, ownPolicies, ownProfile, SPOT_ROLE, usedRoles, type Scope } from "./scope";
import { lookAtSeeds } from "./seeds";

/**
 * What a plan asks EC2. None of it can be narrowed to a resource. No `DescribeInstanceAttribute`, no VPN, no spot
 * fleets: those show user data and keys. The versions of launch templates show user data too, and cannot be left out.
 */
const DESCRIBED = [
  ...["Addresses", "AddressesAttribute", "AvailabilityZones", "FlowLogs", "InstanceTypes", "InternetGateways", "LaunchTemplates"],
  ...["LaunchTemplateVersions", "NatGateways", "NetworkAcls", "PrefixLists", "RouteTables", "SecurityGroupRules", "SecurityGroups"],
  ...["Subnets", "VpcAttribute", "VpcEndpoints", "Vpcs"],
];
/** What a deploy asks besides: whether a thing may go, and what EKS looks at when it makes a cluster or nodes. */
const DESCRIBED_BY_DEPLOY = ["AccountAttributes", "KeyPairs", "NetworkInterfaces"];

/** Looking at what the stacks make, by name where AWS allows it. Nothing here reads data, but for the named secrets. */
export function look(scope: Scope, role: "plan" | "deploy"): Statement[] {
  const { cluster, name } = scope;
  const group = (path: string) => arn(scope, "logs", `log-group:${path}`);
  // In China the names of endpoints' services have to be looked up.
  const described = [...DESCRIBED, ...(role === "deploy" ? DESCRIBED_BY_DEPLOY : []), ...(scope.partition === "aws-cn" ? ["VpcEndpointServices"] : [])];
  const here = { StringEquals: inRegion(scope) };
  return [
    { Sid: "LookAtNetwork", Action: described.map((kind) => `ec2:Describe${kind}`), Resource: "*", Condition: here },
    {
      Sid: "LookAtCluster",
      Action: [
        ...["DescribeAccessEntry", "DescribeAddon", "DescribeCluster", "DescribeNodegroup", "DescribePodIdentityAssociation"],
        ...["ListAssociatedAccessPolicies", ...(role === "deploy" ? ["DescribeUpdate"] : [])],
      ].map((action) => `eks:${action}`),
      Resource: clusterArns(scope),
    },
    // Of these AWS knows no resource.
    {
      Sid: "LookAround",
      Action: ["eks:DescribeAddonVersions", "eks:ListClusters", "kms:ListAliases", "logs:DescribeLogGroups", "sts:GetCallerIdentity"],
      Resource: "*",
      Condition: here,
    },
    {
      Sid: "LookAtIdentities",
      Action: [
        ...["GetInstanceProfile", "GetPolicy", "GetPolicyVersion", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies"],
        ...["ListPolicyVersions", "ListRolePolicies", ...(role === "deploy" ? ["ListInstanceProfilesForRole"] : [])],
      ].map((action) => `iam:${action}`),
      Resource: [...usedRoles(scope), ownPolicies(scope), ownProfile(scope), ...(cluster.spotRole ? [iamArn(scope, SPOT_ROLE)] : [])],
    },
    // Keys have random ids; their own policies may narrow this.
    {
      Sid: "LookAtKeys",
      Action: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      Resource: [arn(scope, "kms", "key/*"), ...(cluster.kmsKeyArn === undefined ? [] : [cluster.kmsKeyArn])],
    },
    { Sid: "LookAtLogTags", Action: "logs:ListTagsForResource", Resource: [group(`/aws/eks/${name}/*`), group(`/aws/vpc/${name}/*`)] },
    { Sid: "LookAtQueue", Action: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"], Resource: arn(scope, "sqs", `${name}-karpenter`) },
    {
      Sid: "LookAtEventRules",
      Action: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
      Resource: arn(scope, "events", `rule/${name}-karpenter-*`),
    },
    ...lookAtSeeds(scope),
    // Secrets Manager ends every name with six characters of its own.
    {
      Sid: "ReadNamedSecrets",
      Action: "secretsmanager:GetSecretValue",
      Resource: scope.secrets.map((secret) => (secret.startsWith("arn:") ? secret : arn(scope, "secretsmanager", `secret:${secret}-??????`))),
    },
    ...(scope.secretKeyArns.length === 0
      ? []
      : [
          {
            Sid: "DecryptNamedSecrets",
            Action: "kms:Decrypt",
            Resource: scope.secretKeyArns,
            Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${scope.region}.${awsDomain(scope.region)}` } },
          },
        ]),
  ];
}

/** The cluster and all that is part of it. */
export const clusterArns = (scope: Scope): string[] => [arn(scope, "eks", `cluster/${scope.cluster.name}`), ...clusterParts(scope)];
export const clusterParts = (scope: Scope): string[] =>
  ["nodegroup", "addon", "access-entry", "podidentityassociation"].map((kind) => arn(scope, "eks", `${kind}/${scope.cluster.name}/*`));
