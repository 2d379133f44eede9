import { diskKey, type Statement } from "../../cdktf/iam";
import { arn, inRegion, runnerNodeRole, type Scope } from "./scope";
import { boundSeeds } from "./seeds";

/**
 * What controllers and nodes look at in EC2, in few characters. Not among it: attributes of instances, versions of launch
 * templates, spot fleets, VPN connections, which show user data and keys.
 */
const DESCRIBED = [
  ...["A*", "CapacityReservations", "DhcpOptions", "Images", "InstanceStatus", "InstanceT*", "Instances", "InternetGateways"],
  ...["LaunchTemplates", "N*", "P*", "R*", "Se*", "Sn*", "SpotPriceHistory", "Su*", "Tags", "Volume*", "Vpcs"],
];

/**
 * The most that any role of the installation can do, whatever policies it is given: what EKS, its nodes, the add-ons
 * vpc-cni and aws-ebs-csi-driver, Karpenter, the flow logs and the pods of seeds do. Like AWS's own policies for these, but in one region, on
 * one cluster's instances and templates, without the account's parameters, and without load balancers: a controller that
 * makes those has a role of its own.
 */
export function boundary(scope: Scope): Statement[] {
  const { region, partition, cluster } = scope;
  const ec2 = (...actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  const of = (...kinds: readonly string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}:*:${kind}/*`);
  const here = { StringEquals: inRegion(scope) };
  const clusterTag = `kubernetes.io/cluster/${cluster.name}`;
  const ofCluster = { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: "owned" } };
  const forCluster = { StringEquals: { [`aws:RequestTag/${clusterTag}`]: "owned" } };
  const ofCsi = (side: "Request" | "Resource") => ({ StringEquals: { [`aws:${side}Tag/ebs.csi.aws.com/cluster`]: "true" } });
  const clusterArn = arn(scope, "eks", `cluster/${cluster.name}`);
  const launched = of("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request");
  return [
    {
      Sid: "Look",
      Action: [...ec2(...DESCRIBED.map((kind) => `Describe${kind}`)), "autoscaling:DescribeAutoScalingGroups"],
      Resource: "*",
      Condition: here,
    },
    { Sid: "LookAnywhere", Action: ["arc-zonal-shift:GetManagedResource", "iam:GetInstanceProfile", "iam:ListInstanceProfiles", "pricing:GetProducts"], Resource: "*" },
    { Sid: "Parameters", Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: parameters(scope) },
    { Sid: "Cluster", Action: ["eks-auth:AssumeRoleForPodIdentity", "eks:DescribeCluster"], Resource: clusterArn },
    {
      Sid: "Nodes",
      Action: [
        ...["BatchGetImage", "BatchImportUpstreamImage", "GetAuthorizationToken", "GetDownloadUrlForLayer"].map((action) => `ecr:${action}`),
        ...["DescribeAssociation", "DescribeDocument", "GetDeployablePatch*", "GetDocument", "GetManifest"].map((action) => `ssm:${action}`),
        ...["List*Associations", "PutCo*", "PutInventory"].map((action) => `ssm:${action}`),
        ...["ssm:Update*AssociationStatus", "ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"],
      ],
      Resource: "*",
      Condition: here,
    },
    // vpc-cni works on interfaces that AWS made without its tags, and tags them itself: a tag could not tell them apart.
    {
      Sid: "Interfaces",
      Action: ec2("*NetworkInterface", "*PrivateIpAddresses", "ModifyNetworkInterfaceAttribute"),
      Resource: "*",
      Condition: here,
    },
    { Sid: "TagInterfaces", Action: "ec2:CreateTags", Resource: of("network-interface") },
    { Sid: "MakeVolumes", Action: ec2("CreateSnapshot", "CreateVolume"), Resource: of("snapshot", "volume"), Condition: ofCsi("Request") },
    {
      Sid: "Volumes",
      Action: ec2("*Snapshot", "*Volume"),
      Resource: of("snapshot", "volume"),
      Condition: ofCsi("Resource"),
    },
    { Sid: "VolumesOfNodes", Action: ec2("*Volume"), Resource: of("instance") },
    { Sid: "TagVolumes", Action: "ec2:CreateTags", Resource: of("snapshot", "volume"), Condition: { StringEquals: { "ec2:CreateAction": ["CreateSnapshot", "CreateVolume"] } } },
    {
      Sid: "LaunchWith",
      Action: ec2("CreateFleet", "RunInstances"),
      Resource: of("image", "snapshot", "security-group", "subnet", "capacity-reservation", "placement-group"),
    },
    { Sid: "Launch", Action: ec2("CreateFleet", "CreateLaunchTemplate", "CreateTags", "RunInstances"), Resource: launched, Condition: launchedNow(forCluster) },
    {
      Sid: "OwnNodes",
      Action: ec2("CreateFleet", "CreateTags", "DeleteLaunchTemplate", "RunInstances", "TerminateInstances"),
      Resource: of("instance", "launch-template"),
      Condition: ofCluster,
    },
    { Sid: "NodeRole", Action: "iam:PassRole", Resource: cluster.guestRoleArns.length === 0 ? runnerNodeRole(scope) : [runnerNodeRole(scope), ...cluster.guestRoleArns] },
    { Sid: "Queue", Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], Resource: arn(scope, "sqs", `${scope.name}-karpenter`) },
    { Sid: "FlowLogs", Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], Resource: arn(scope, "logs", `log-group:/aws/vpc/${scope.name}/*`) },
    ...boundSeeds(scope),
    ...clusterKey(scope),
    ...ownKeys(scope),
  ];
}

/** Those of AWS, which tell its AMIs, and those that the configuration names. */
function parameters({ partition, region, cluster }: Scope): string | string[] {
  const ofAws = `arn:${partition}:ssm:${region}:*:parameter/aws/service/*`;
  return cluster.amiParameterArns.length === 0 ? ofAws : [ofAws, ...cluster.amiParameterArns];
}

/** Tags at a launch, by the request that launches; the request itself has no such key. */
const launchedNow = (condition: { readonly StringEquals: Record<string, string> }) => ({
  ...condition,
  StringEqualsIfExists: { "ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"] },
});

/** The account's own keys of disks and seeds, in one statement. */
function ownKeys({ cluster, seeds }: Scope): Statement[] {
  const [use, ...grant] = diskKey(cluster.diskKeyArns);
  if (seeds?.kmsKeyArn === undefined) return use === undefined ? [] : [use, ...grant];
  const Action = ["kms:Decrypt", "kms:GenerateDataKey*", ...(use === undefined ? [] : ["kms:DescribeKey", "kms:ReEncrypt*"])];
  return [{ Sid: "OwnKeys", Action, Resource: [...new Set([...cluster.diskKeyArns, seeds.kmsKeyArn])] }, ...grant];
}

/** The key of the cluster: the account's own, or the one whose alias only the deploy role can set. */
function clusterKey(scope: Scope): Statement[] {
  const { kmsKeyArn, own } = scope.cluster;
  if (!own) return [];
  const Action = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"];
  if (kmsKeyArn !== undefined) return [{ Sid: "ClusterKey", Action, Resource: kmsKeyArn }];
  return [
    {
      Sid: "ClusterKey",
      Action,
      Resource: arn(scope, "kms", "key/*"),
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${scope.name}` } },
    },
  ];
}
