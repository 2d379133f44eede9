import { diskKey, ec2Principal, policy, type Statement } from "../cdktf/iam";
import { partitionOf } from "../facts/regions";

export interface KarpenterPolicyContext {
  readonly region: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly nodeRoleArn: string;
  /** Roles of nodes of other installations in the cluster. Default: none. */
  readonly guestRoleArns?: readonly string[];
  readonly queueArn: string;
  readonly zonalShift: boolean;
  /** KMS keys of the account that encrypt root disks. Default: none, they have AWS's own. */
  readonly diskKmsKeyArns?: readonly string[];
  /** SSM parameters of the account that hold ids of AMIs. Default: none. */
  readonly amiParameterArns?: readonly string[];
}

/**
 * What Karpenter's controller may do, as in the policies of its own getting-started template for 1.14, without the
 * rights to make instance profiles (Terraform owns the one there is). One document would overflow the 6,144
 * characters of a managed policy for longer names, so there is one for each concern.
 */
export function karpenterPolicies(context: KarpenterPolicyContext): Record<string, string> {
  return {
    "node-lifecycle": policy(...nodeLifecycle(context)),
    "node-identity": policy(...nodeIdentity(context)),
    discovery: policy(...discovery(context)),
    "cluster-and-queue": policy(...clusterAndQueue(context), ...diskKey(context.diskKmsKeyArns ?? [])),
  };
}

const ownedTag = ({ clusterName }: KarpenterPolicyContext) => `kubernetes.io/cluster/${clusterName}`;

function nodeLifecycle(context: KarpenterPolicyContext): Statement[] {
  const { region, clusterName } = context;
  const ec2 = `arn:${partitionOf(region)}:ec2:${region}`;
  const created = ["fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"].map(
    (type) => `${ec2}:*:${type}/*`,
  );
  const ofThisCluster = {
    StringEquals: { [`aws:ResourceTag/${ownedTag(context)}`]: "owned" },
    StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
  };
  const requestedForThisCluster = {
    [`aws:RequestTag/${ownedTag(context)}`]: "owned",
    "aws:RequestTag/eks:eks-cluster-name": clusterName,
  };
  const forSomeNodePool = { "aws:RequestTag/karpenter.sh/nodepool": "*" };
  return [
    {
      Sid: "LaunchWithExisting",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: [
        `${ec2}::image/*`,
        `${ec2}::snapshot/*`,
        `${ec2}:*:security-group/*`,
        `${ec2}:*:subnet/*`,
        `${ec2}:*:capacity-reservation/*`,
        `${ec2}:*:placement-group/*`,
      ],
    },
    {
      Sid: "LaunchFromOwnTemplates",
      Action: ["ec2:RunInstances", "ec2:CreateFleet"],
      Resource: `${ec2}:*:launch-template/*`,
      Condition: ofThisCluster,
    },
    {
      Sid: "LaunchTagged",
      Action: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      Resource: created,
      Condition: { StringEquals: requestedForThisCluster, StringLike: forSomeNodePool },
    },
    {
      Sid: "TagAtLaunch",
      Action: "ec2:CreateTags",
      Resource: created,
      Condition: {
        StringEquals: {
          ...requestedForThisCluster,
          "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
        },
        StringLike: forSomeNodePool,
      },
    },
    {
      Sid: "TagOwnInstances",
      Action: "ec2:CreateTags",
      Resource: `${ec2}:*:instance/*`,
      Condition: {
        ...ofThisCluster,
        StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    {
      Sid: "DeleteOwn",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: [`${ec2}:*:instance/*`, `${ec2}:*:launch-template/*`],
      Condition: ofThisCluster,
    },
  ];
}

function nodeIdentity({ region, nodeRoleArn, guestRoleArns = [] }: KarpenterPolicyContext): Statement[] {
  const partition = partitionOf(region);
  return [
    {
      Sid: "PassNodeRole",
      Action: "iam:PassRole",
      Resource: guestRoleArns.length === 0 ? nodeRoleArn : [nodeRoleArn, ...guestRoleArns],
      Condition: {
        StringEquals: { "iam:PassedToService": ec2Principal(region) },
      },
    },
    {
      Sid: "ReadInstanceProfiles",
      Action: "iam:GetInstanceProfile",
      Resource: `arn:${partition}:iam::*:instance-profile/*`,
    },
    // Cannot be narrowed to a resource.
    { Sid: "ListInstanceProfiles", Action: "iam:ListInstanceProfiles", Resource: "*" },
  ];
}

function discovery({ region, amiParameterArns = [] }: KarpenterPolicyContext): Statement[] {
  return [
    {
      Sid: "ReadRegion",
      Action: [
        "CapacityReservations",
        "Images",
        "Instances",
        "InstanceStatus",
        "InstanceTypeOfferings",
        "InstanceTypes",
        "LaunchTemplates",
        "PlacementGroups",
        "SecurityGroups",
        "SpotPriceHistory",
        "Subnets",
      ].map((kind) => `ec2:Describe${kind}`),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "ReadAmiParameters",
      Action: "ssm:GetParameter",
      // AWS's public parameters; nobody else can make one under /aws.
      Resource: `arn:${partitionOf(region)}:ssm:${region}:*:parameter/aws/service/*`,
    },
    ...(amiParameterArns.length > 0 ? [{ Sid: "ReadYourAmiParameters", Action: "ssm:GetParameter", Resource: amiParameterArns }] : []),
    { Sid: "ReadPrices", Action: "pricing:GetProducts", Resource: "*" },
  ];
}

function clusterAndQueue({ clusterArn, queueArn, zonalShift }: KarpenterPolicyContext): Statement[] {
  return [
    { Sid: "DescribeCluster", Action: "eks:DescribeCluster", Resource: clusterArn },
    {
      Sid: "ReadInterruptions",
      Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
      Resource: queueArn,
    },
    ...(zonalShift
      ? [
          {
            Sid: "ReadZonalShift",
            Action: "arc-zonal-shift:GetManagedResource",
            Resource: "*",
            Condition: { StringEquals: { "arc-zonal-shift:ResourceIdentifier": clusterArn } },
          },
        ]
      : []),
  ];
}
