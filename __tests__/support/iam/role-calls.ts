import type { Request } from "./evaluate";
import { asking, having, words } from "./requests";
import { KEY_ID } from "./stacks";
import { FOREIGN_KEY, type Attack } from "./attacks";

export type Call = readonly [label: string, requests: readonly Request[]];
interface Setting {
  readonly region: string;
  readonly name: string;
  readonly cluster: string;
  readonly zonalShift: boolean;
  readonly iamPath: string;
  /** The role of runner nodes, if it exists already. */
  readonly nodeRoleArn?: string;
  /** SSM parameters of the account that hold ids of AMIs. */
  readonly amiParameterArns: readonly string[];
  /** The key of Kubernetes Secrets, if it is the account's own. */
  readonly keyArn?: string;
}

/** What Karpenter 1.14 asks of AWS for this project's configuration (its source at v1.14.1), and what a thief of its role might. */
export function karpenter({ region, name, cluster, zonalShift, iamPath, nodeRoleArn, amiParameterArns }: Setting): { readonly calls: Call[]; readonly attacks: Attack[] } {
  const { arn, ec2, iam, ask, each } = words(region, { name, iamPath });
  const own = { [`kubernetes.io/cluster/${cluster}`]: "owned", "karpenter.sh/nodepool": "main", "eks:eks-cluster-name": cluster, "karpenter.k8s.aws/ec2nodeclass": "main" };
  const { "karpenter.sh/nodepool": _pool, ...poolless } = own;
  const foreign = { "kubernetes.io/cluster/other": "owned", "karpenter.sh/nodepool": "main", "eks:eks-cluster-name": "other" };
  // The validation of a node class has no node pool.
  const validated = { ...own, "karpenter.sh/nodepool": "" };
  const queue = arn("sqs", `${name}-karpenter`);
  const nodeRole = nodeRoleArn ?? iam(`role/${name}-runner-node`);
  const pass = (role: string, service = "ec2") => ask("iam:PassRole", role.startsWith("arn:") ? role : iam(`role/${role}`), { "iam:PassedToService": `${service}.amazonaws.com` });
  const launch = (tags: Record<string, string>): Request[] => [
    ...["RunInstances", "CreateFleet"].flatMap((action) => [
      ...["image", "subnet", "capacity-reservation", "placement-group", ...(action === "RunInstances" ? ["security-group", "snapshot"] : [])].map((kind) => ask(`ec2:${action}`, ec2(kind))),
      ask(`ec2:${action}`, ec2("launch-template"), having(tags)),
      ...["instance", "volume", ...(action === "RunInstances" ? ["network-interface", "spot-instances-request"] : ["fleet"])].flatMap((kind) => [
        ask(`ec2:${action}`, ec2(kind), asking(tags)),
        ask("ec2:CreateTags", ec2(kind), { ...asking(tags), "ec2:CreateAction": action }),
      ]),
    ]),
    pass(nodeRole),
  ];
  const template = (tags: Record<string, string>) => [ask("ec2:CreateLaunchTemplate", ec2("launch-template"), asking(tags)), ask("ec2:CreateTags", ec2("launch-template"), { ...asking(tags), "ec2:CreateAction": "CreateLaunchTemplate" })];
  const instance = (action: string, tags = {}, more = {}) => ask(`ec2:${action}`, ec2("instance"), { ...having(tags), ...more });
  return {
    calls: [
      ["looks at EC2", "CapacityReservations Images Instances InstanceStatus InstanceTypeOfferings InstanceTypes LaunchTemplates PlacementGroups SecurityGroups SpotPriceHistory Subnets".split(" ").map((kind) => ask(`ec2:Describe${kind}`, "*"))],
      ["finds the cluster", [ask("eks:DescribeCluster", arn("eks", `cluster/${cluster}`))]],
      ["finds an AMI", [ask("ssm:GetParameter", `arn:aws:ssm:${region}::parameter/aws/service/eks/optimized-ami/1.35/x`)]],
      ...amiParameterArns.map((parameter): Call => ["finds an AMI of one's own", [ask("ssm:GetParameter", parameter)]]),
      ["asks for prices", [{ action: "pricing:GetProducts", resource: "*", context: { "aws:RequestedRegion": "us-east-1" } }]],
      ["looks at instance profiles", [ask("iam:ListInstanceProfiles", "*"), ask("iam:GetInstanceProfile", iam(`instance-profile/${name}-runner-node`))]],
      ["validates a node class", [...template(validated), ...launch(validated), ask("ec2:DeleteLaunchTemplate", ec2("launch-template"), having(validated))]],
      ["launches a node", [...template(own), ...launch(own)]],
      ["names a node", [instance("CreateTags", own, asking({ Name: "ip-10-0-0-1", "karpenter.sh/nodeclaim": "main-x" })), instance("CreateTags", own, asking({ "eks:eks-cluster-name": cluster }))]],
      ["ends a node", [instance("TerminateInstances", own), ask("ec2:DeleteLaunchTemplate", ec2("launch-template"), having(own))]],
      ["reads its queue", each("sqs", "GetQueueUrl ReceiveMessage DeleteMessage", queue)],
      ...(zonalShift ? [["sees a zonal shift", [ask("arc-zonal-shift:GetManagedResource", arn("eks", `cluster/${cluster}`), { "arc-zonal-shift:ResourceIdentifier": arn("eks", `cluster/${cluster}`) })]] as Call] : []),
    ],
    attacks: [
      ...["TerminateInstances", "CreateTags"].flatMap((action): Attack[] => [
        [`${action}: another cluster's`, instance(action, foreign, action === "CreateTags" ? asking({ Name: "x" }) : {})],
        [`${action}: nobody's`, instance(action, {}, action === "CreateTags" ? asking(own) : {})],
        [`${action}: a node group's`, instance(action, poolless, action === "CreateTags" ? asking({ Name: "x" }) : {})],
      ]),
      ["ends one that is only shared", instance("TerminateInstances", { ...own, [`kubernetes.io/cluster/${cluster}`]: "shared" })],
      ...["StopInstances", "RebootInstances", "ModifyInstanceAttribute", "ModifyInstanceMetadataOptions", "AssociateIamInstanceProfile", "DeleteTags"].map((action): Attack => [`its own: ${action}`, instance(action, own)]),
      ["its own: another key", instance("CreateTags", own, asking({ team: "x" }))],
      ["its own: another cluster's name", instance("CreateTags", own, asking({ "eks:eks-cluster-name": "other" }))],
      ["user data", instance("DescribeInstanceAttribute")],
      ["tags a VPC", ask("ec2:CreateTags", ec2("vpc"), asking(own))],
      ["tags a volume outside a launch", ask("ec2:CreateTags", ec2("volume"), asking(own))],
      ["tags a group, saying that it launches", ask("ec2:CreateTags", ec2("security-group"), { ...asking(own), "ec2:CreateAction": "RunInstances" })],
      ["tags at a launch for another cluster", ask("ec2:CreateTags", ec2("instance"), { ...asking(foreign), "ec2:CreateAction": "RunInstances" })],
      ["tags at a launch without a node pool", ask("ec2:CreateTags", ec2("instance"), { ...asking(poolless), "ec2:CreateAction": "RunInstances" })],
      ["launches without tags", instance("RunInstances")],
      ["launches for another cluster", ask("ec2:RunInstances", ec2("instance"), asking(foreign))],
      ["launches without a node pool", ask("ec2:RunInstances", ec2("instance"), asking(poolless))],
      ["launches with a key pair", ask("ec2:RunInstances", ec2("key-pair"))],
      ["launches from another's template", ask("ec2:RunInstances", ec2("launch-template"), having(foreign))],
      ["launches from a template without tags", ask("ec2:CreateFleet", ec2("launch-template"))],
      ["a template for another cluster", ask("ec2:CreateLaunchTemplate", ec2("launch-template"), asking(foreign))],
      ["another version of its template", ask("ec2:CreateLaunchTemplateVersion", ec2("launch-template"), having(own))],
      ["deletes another's template", ask("ec2:DeleteLaunchTemplate", ec2("launch-template"), having(foreign))],
      ["deletes the support nodes' template", ask("ec2:DeleteLaunchTemplate", ec2("launch-template"), having({ "dagger-ci/installation": name }))],
      ...["support-node", "karpenter", "cluster"].map((role): Attack => [`passes ${role}`, pass(`${name}-${role}`)]),
      ["passes an administrator's role", pass("admin")],
      ["passes the node's role to Lambda", pass(nodeRole, "lambda")],
      ...["CreateInstanceProfile", "AddRoleToInstanceProfile", "DeleteInstanceProfile"].map((action): Attack => [action, ask(`iam:${action}`, iam(`instance-profile/${name}-runner-node`))]),
      ["a policy on itself", ask("iam:PutRolePolicy", iam(`role/${name}-karpenter`))],
      ["another role", ask("sts:AssumeRole", iam("role/admin"))],
      ["another queue", ask("sqs:ReceiveMessage", arn("sqs", "orders"))],
      ...["SendMessage", "PurgeQueue", "SetQueueAttributes"].map((action): Attack => [`its queue: ${action}`, ask(`sqs:${action}`, queue)]),
      ["another cluster", ask("eks:DescribeCluster", arn("eks", "cluster/other"))],
      ["an access entry", ask("eks:CreateAccessEntry", arn("eks", `cluster/${cluster}`))],
      ["a parameter of the account", ask("ssm:GetParameter", arn("ssm", "parameter/prod/db"))],
      ["a command", ask("ssm:SendCommand", ec2("instance"))],
      ["GitHub's secret", ask("secretsmanager:GetSecretValue", arn("secretsmanager", `secret:${name}/github-AbCdEf`))],
      ["another region", words("eu-north-1").ask("ec2:DescribeInstances", "*")],
      ["a snapshot", ask("ec2:CreateSnapshot", ec2("volume"))],
      ["a zonal shift of another cluster", ask("arc-zonal-shift:GetManagedResource", arn("eks", "cluster/other"), { "arc-zonal-shift:ResourceIdentifier": arn("eks", "cluster/other") })],
    ],
  };
}

/** What the roles with AWS's own policies do, by the part of their name, as their boundary must let them. */
export function underBoundary({ region, name, cluster, keyArn, iamPath, nodeRoleArn, amiParameterArns }: Setting): Readonly<Record<string, Request[]>> {
  const { arn, ec2, iam, ask, each } = words(region, { name, iamPath });
  const clusterArn = arn("eks", `cluster/${cluster}`);
  const csi = { "ebs.csi.aws.com/cluster": "true" };
  const node = [
    ...each("ec2", "DescribeInstances DescribeInstanceTypes DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeVolumes DescribeVpcs", "*"),
    ...[ask("eks:DescribeCluster", clusterArn), ask("eks-auth:AssumeRoleForPodIdentity", clusterArn), ask("ecr:GetAuthorizationToken", "*")],
    ...each("ecr", "BatchGetImage GetDownloadUrlForLayer", arn("ecr", "repository/app")),
  ];
  return {
    "runner-node": node,
    "support-node": [...node, ...each("ssmmessages", "CreateControlChannel OpenControlChannel CreateDataChannel OpenDataChannel", "*")],
    "vpc-cni": [
      ...each("ec2", "DescribeInstances DescribeTags DescribeNetworkInterfaces DescribeInstanceTypes DescribeSubnets DescribeSecurityGroups", "*"),
      ...each("ec2", "AssignPrivateIpAddresses AttachNetworkInterface CreateNetworkInterface CreateTags DeleteNetworkInterface DetachNetworkInterface ModifyNetworkInterfaceAttribute UnassignPrivateIpAddresses", ec2("network-interface")),
    ],
    "aws-ebs-csi-driver": [
      ...each("ec2", "DescribeAvailabilityZones DescribeInstances DescribeSnapshots DescribeVolumes DescribeVolumesModifications DescribeVolumeStatus", "*"),
      ask("ec2:CreateVolume", ec2("volume"), asking(csi)),
      ask("ec2:CreateSnapshot", ec2("snapshot"), asking(csi)),
      ask("ec2:CreateTags", ec2("volume"), { ...asking(csi), "ec2:CreateAction": "CreateVolume" }),
      ...each("ec2", "AttachVolume DetachVolume DeleteVolume ModifyVolume CreateSnapshot", ec2("volume"), having(csi)),
      ...each("ec2", "AttachVolume DetachVolume", ec2("instance")),
      ask("ec2:DeleteSnapshot", ec2("snapshot"), having(csi)),
    ],
    cluster: [
      ...each("ec2", "DescribeInstances DescribeVpcs DescribeSubnets DescribeSecurityGroups DescribeNetworkInterfaces DescribeAvailabilityZones DescribeInstanceTopology", "*"),
      ask("ec2:DeleteNetworkInterface", ec2("network-interface")),
      ...each("kms", "DescribeKey Decrypt Encrypt", keyArn ?? arn("kms", `key/${KEY_ID}`), { "kms:ResourceAliases": [`alias/${name}`] }),
    ],
    "flow-logs": each("logs", "CreateLogStream DescribeLogStreams PutLogEvents", arn("logs", `log-group:/aws/vpc/${name}/flow-logs:log-stream:eni-0`)),
    karpenter: [
      ask("iam:PassRole", nodeRoleArn ?? iam(`role/${name}-runner-node`), { "iam:PassedToService": "ec2.amazonaws.com" }),
      ...amiParameterArns.map((parameter) => ask("ssm:GetParameter", parameter)),
    ],
  };
}

/** What no role of the installation can do, even if the deploy role gave it every right: the way to the account that was open. */
export function beyondBoundary({ region, name, iamPath }: Setting): Attack[] {
  const { arn, ec2, iam, ask } = words(region, { name, iamPath });
  const payroll = having({ team: "payroll" });
  return [
    ["a user", ask("iam:CreateUser", iam("user/backdoor"))],
    ["a policy on the deploy role", ask("iam:PutRolePolicy", iam(`role/github-${name}-deploy`))],
    ["a policy on a role of the installation", ask("iam:PutRolePolicy", iam(`role/${name}-karpenter`))],
    ["an administrator's role", ask("sts:AssumeRole", iam("role/admin"))],
    ["pass an administrator's role", ask("iam:PassRole", iam("role/admin"), { "iam:PassedToService": "ec2.amazonaws.com" })],
    ["a secret", ask("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:prod/db-AbCdEf"))],
    ["a parameter", ask("ssm:GetParameter", arn("ssm", "parameter/prod/db"))],
    ["an object", ask("s3:GetObject", "arn:aws:s3:::payroll/x")],
    ["another installation's seed", ask("s3:GetObject", `arn:aws:s3:::acme-seeds/${name}-2/main/v1/config`)],
    ["a state", ask("s3:GetObject", `arn:aws:s3:::acme-terraform-states/${name}/cluster.tfstate`)],
    ["decrypt with a key", ask("kms:Decrypt", arn("kms", `key/${FOREIGN_KEY}`))],
    ["a command on an instance", ask("ssm:SendCommand", ec2("instance"))],
    ["user data", ask("ec2:DescribeInstanceAttribute", ec2("instance"))],
    ["end anybody's instance", ask("ec2:TerminateInstances", ec2("instance"), payroll)],
    ["snapshot anybody's volume", ask("ec2:CreateSnapshot", ec2("volume"), payroll)],
    ["share a snapshot", ask("ec2:ModifySnapshotAttribute", ec2("snapshot"))],
    ["delete anybody's volume", ask("ec2:DeleteVolume", ec2("volume"), payroll)],
    ["open anybody's group", ask("ec2:AuthorizeSecurityGroupIngress", ec2("security-group"), payroll)],
    ["another cluster", ask("eks:DescribeCluster", arn("eks", "cluster/payroll"))],
    ["an access entry", ask("eks:CreateAccessEntry", arn("eks", `cluster/${name}`))],
    ["another queue", ask("sqs:ReceiveMessage", arn("sqs", "orders"))],
    ["another region", words("eu-north-1").ask("ec2:DescribeInstances", "*")],
  ];
}
