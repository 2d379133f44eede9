import type { TerraformJson } from "../../../operations/synthesized";
import { asking, having, words } from "./requests";
import type { Request } from "./evaluate";
import { ACCOUNT, KEY_ID } from "./stacks";

/** What Terraform asks of AWS for a resource when it plans, makes, changes and removes it. */
export interface Calls {
  readonly read?: readonly Request[];
  readonly create?: readonly Request[];
  readonly update?: readonly Request[];
  readonly remove?: readonly Request[];
}
export interface Setting {
  readonly region: string;
  readonly name: string;
  readonly cluster: string;
  readonly boundary: string;
  /** The key of Kubernetes Secrets, if it is the account's own. */
  readonly keyArn?: string;
  readonly iamPath?: string;
}
/** What Terraform reads of every bucket, whatever of it is configured. */
const READ_OF_BUCKET = [
  ...["GetBucketPolicy", "GetBucketAcl", "GetBucketCORS", "GetBucketWebsite", "GetBucketVersioning", "GetAccelerateConfiguration", "GetBucketRequestPayment"],
  ...["GetBucketLogging", "GetLifecycleConfiguration", "GetReplicationConfiguration", "GetEncryptionConfiguration", "GetBucketObjectLockConfiguration"],
].join(" ");
type Body = Readonly<Record<string, unknown>> & { readonly name?: string; readonly tags?: Record<string, string> };

/**
 * The calls by resource type: after the source of Terraform's AWS provider 6 and AWS's Service Authorization Reference.
 * A type without an entry is an error, so that none slips by.
 */
export function terraformCalls(template: TerraformJson, stack: string, { region, name, cluster, boundary, keyArn, iamPath = "/" }: Setting): [label: string, Calls][] {
  const { arn, ec2, iam, ask, each } = words(region, { name, iamPath });
  const defaults = { "dagger-ci/installation": name, "dagger-ci/stack": stack };
  const own = having(defaults);
  const given = (body: Body) => ({ ...defaults, ...body.tags });
  const look = (kinds: string) => kinds.split(" ").map((kind) => ask(`ec2:Describe${kind}`, "*"));
  const on = (actions: string, ...kinds: string[]) => kinds.flatMap((kind) => each("ec2", actions, ec2(kind), own));
  const made = (action: string, kind: string, body: Body, ...parents: string[]) => [
    ask(`ec2:${action}`, ec2(kind), asking(given(body))),
    ...parents.map((parent) => ask(`ec2:${action}`, ec2(parent), own)),
    ask("ec2:CreateTags", ec2(kind), { ...asking(given(body)), "ec2:CreateAction": action }),
  ];
  const retag = (kind: string, tags = defaults) => [
    ask("ec2:CreateTags", ec2(kind), { ...having(tags), ...asking({ team: "x" }) }),
    ask("ec2:DeleteTags", ec2(kind), { ...having(tags), "aws:TagKeys": ["team"] }),
  ];
  const named = (value: unknown): string =>
    ((value as string | undefined) ?? "")
      .replace(/\$\{(\w+)\.([^.}]+)\.[^}]+\}/g, (_all, type: string, id: string) => (template.resource?.[type]?.[id]?.name as string | undefined) ?? id)
      .replace(/^arn:.*\//, "");
  // A role that exists is named by its ARN.
  const role = (value: unknown) => (String(value).startsWith("arn:") ? String(value) : iam(`role/${named(value)}`));
  const pass = (value: unknown, service: string) => ask("iam:PassRole", role(value), { "iam:PassedToService": `${service}.amazonaws.com` });
  const bounded = { "iam:PermissionsBoundary": boundary, ...own };
  const key = keyArn ?? arn("kms", `key/${KEY_ID}`);
  const clusterArn = arn("eks", `cluster/${cluster}`);
  const part = (kind: string, rest: string) => arn("eks", `${kind}/${cluster}/${rest}`);
  const eks = (actions: string, resource: string) => each("eks", actions, resource, own);
  const newPart = (action: string, resource: string, body: Body, context = {}) => [
    ask(`eks:${action}`, clusterArn, { ...asking(given(body)), ...context }),
    ask("eks:TagResource", resource, asking(given(body))),
  ];
  const bucket = (value: unknown) => `arn:aws:s3:::${String(value).replace(/\$\{aws_s3_bucket\.([^.}]+)\.[^}]+\}/, (_all, id: string) => String(template.resource?.aws_s3_bucket?.[id]?.bucket))}`;
  /** A setting of a bucket that is a resource of its own. Where S3 has no right to delete one, it is the right to write it. */
  const settingOf = (body: Body, setting: string, remove = `Put${setting}`): Calls => ({
    read: [ask(`s3:Get${setting}`, bucket(body.bucket))],
    create: [ask(`s3:Put${setting}`, bucket(body.bucket))],
    update: [ask(`s3:Put${setting}`, bucket(body.bucket))],
    remove: [ask(`s3:${remove}`, bucket(body.bucket))],
  });
  const identity = (value: unknown) => [pass(value, "pods.eks"), ask("iam:GetRole", role(value))];
  const queue = arn("sqs", `${name}-karpenter`);
  const linked = (service: string) => ask("iam:CreateServiceLinkedRole", iam(`role/aws-service-role/${service}.amazonaws.com/AWSServiceRoleForX`), { "iam:AWSServiceName": `${service}.amazonaws.com` });

  const TYPES: Readonly<Record<string, (body: Body) => Calls>> = {
    aws_vpc: (b) => ({ read: look("Vpcs NetworkAcls RouteTables SecurityGroups VpcAttribute"), create: [...made("CreateVpc", "vpc", b), ...on("ModifyVpcAttribute", "vpc")], update: retag("vpc"), remove: on("DeleteVpc", "vpc") }),
    // AWS made it with the VPC, without tags: Terraform sets the tags, then takes the rules away.
    aws_default_security_group: (b) => ({
      read: look("SecurityGroups"),
      create: [ask("ec2:CreateTags", ec2("security-group"), asking(given(b))), ...[{}, given(b)].flatMap((tags) => each("ec2", "RevokeSecurityGroupIngress RevokeSecurityGroupEgress", ec2("security-group"), having(tags)))],
      update: retag("security-group", given(b)),
    }),
    aws_subnet: (b) => ({ read: look("Subnets"), create: [...made("CreateSubnet", "subnet", b, "vpc"), ...on("ModifySubnetAttribute", "subnet")], update: retag("subnet"), remove: [...look("NetworkInterfaces"), ...on("DeleteSubnet", "subnet")] }),
    aws_internet_gateway: (b) => ({ read: look("InternetGateways"), create: [...made("CreateInternetGateway", "internet-gateway", b), ...on("AttachInternetGateway", "internet-gateway", "vpc")], remove: [...on("DetachInternetGateway", "internet-gateway", "vpc"), ...on("DeleteInternetGateway", "internet-gateway"), ...look("NetworkInterfaces")] }),
    aws_eip: (b) => ({ read: look("Addresses AddressesAttribute"), create: made("AllocateAddress", "elastic-ip", b), remove: on("DisassociateAddress ReleaseAddress", "elastic-ip") }),
    aws_nat_gateway: (b) => ({ read: look("NatGateways"), create: made("CreateNatGateway", "natgateway", b, "elastic-ip", "subnet"), remove: on("DeleteNatGateway", "natgateway") }),
    aws_route_table: (b) => ({ read: look("RouteTables"), create: made("CreateRouteTable", "route-table", b, "vpc"), remove: on("DisassociateRouteTable DeleteRouteTable", "route-table") }),
    aws_route: () => ({ read: look("RouteTables"), create: on("CreateRoute", "route-table"), update: on("ReplaceRoute", "route-table"), remove: on("DeleteRoute", "route-table") }),
    aws_route_table_association: () => ({ read: look("RouteTables"), create: on("AssociateRouteTable", "route-table", "subnet"), update: on("ReplaceRouteTableAssociation", "route-table", "subnet"), remove: on("DisassociateRouteTable", "route-table", "subnet") }),
    aws_security_group: (b) => ({ read: look("SecurityGroups"), create: [...made("CreateSecurityGroup", "security-group", b, "vpc"), ...on("RevokeSecurityGroupEgress", "security-group")], remove: [...look("NetworkInterfaces"), ...on("RevokeSecurityGroupIngress DeleteSecurityGroup", "security-group")] }),
    aws_vpc_security_group_ingress_rule: (b) => {
      const group = String(b.security_group_id).startsWith("sg-") ? [ask("ec2:AuthorizeSecurityGroupIngress", arn("ec2", `security-group/${String(b.security_group_id)}`))] : on("AuthorizeSecurityGroupIngress", "security-group");
      const foreign = group[0]!.resource !== ec2("security-group");
      const change = (action: string) => (foreign ? [ask(`ec2:${action}`, group[0]!.resource)] : on(action, "security-group"));
      return { read: look("SecurityGroupRules"), create: [...group, ask("ec2:CreateTags", ec2("security-group-rule"), { ...asking(given(b)), "ec2:CreateAction": "AuthorizeSecurityGroupIngress" })], update: [...change("ModifySecurityGroupRules"), ...on("ModifySecurityGroupRules", "security-group-rule")], remove: change("RevokeSecurityGroupIngress") };
    },
    aws_vpc_endpoint: (b) => ({
      read: look("VpcEndpoints PrefixLists"),
      create: [
        ...made("CreateVpcEndpoint", "vpc-endpoint", b, ...(b.vpc_endpoint_type === "Interface" ? ["vpc", "subnet", "security-group"] : ["vpc", "route-table"])),
        ...(b.private_dns_enabled === true ? [ask("route53:AssociateVPCWithHostedZone", "arn:aws:route53:::hostedzone/Z0", { "route53:VPCs": [`VPCId=vpc-0,VPCRegion=${region}`] })] : []),
      ],
      update: on("ModifyVpcEndpoint", "vpc-endpoint"),
      remove: on("DeleteVpcEndpoints", "vpc-endpoint"),
    }),
    aws_flow_log: (b) => ({ read: look("FlowLogs"), create: [...made("CreateFlowLogs", "vpc-flow-log", b, "vpc"), pass(b.iam_role_arn, "vpc-flow-logs")], remove: on("DeleteFlowLogs", "vpc-flow-log") }),
    aws_launch_template: (b) => ({ read: look("LaunchTemplates LaunchTemplateVersions InstanceTypes"), create: made("CreateLaunchTemplate", "launch-template", b), update: [...on("CreateLaunchTemplateVersion ModifyLaunchTemplate", "launch-template"), ...retag("launch-template")], remove: on("DeleteLaunchTemplate", "launch-template") }),
    aws_cloudwatch_log_group: (b) => {
      const group = arn("logs", `log-group:${b.name}`);
      return {
        read: [ask("logs:DescribeLogGroups", "*"), ask("logs:ListTagsForResource", group)],
        create: [...each("logs", "CreateLogGroup TagResource", group, asking(given(b))), ask("logs:PutRetentionPolicy", group), ...(b.kms_key_id === undefined ? [] : [ask("logs:AssociateKmsKey", group)])],
        update: each("logs", "PutRetentionPolicy TagResource UntagResource", group),
        remove: [ask("logs:DeleteLogGroup", group)],
      };
    },
    aws_iam_role: (b) => ({
      read: each("iam", "GetRole ListRolePolicies ListAttachedRolePolicies", role(b.name)),
      create: [ask("iam:CreateRole", role(b.name), { ...asking(given(b)), "iam:PermissionsBoundary": boundary }), ask("iam:TagRole", role(b.name), asking(given(b)))],
      // A role from before the boundary gets it.
      update: [...each("iam", "UpdateAssumeRolePolicy PutRolePermissionsBoundary", role(b.name), bounded), ...each("iam", "UpdateRole TagRole UntagRole", role(b.name), own)],
      remove: [...each("iam", "ListInstanceProfilesForRole", role(b.name), own), ...each("iam", "DeleteRole", role(b.name), bounded)],
    }),
    aws_iam_role_policy: (b) => ({ read: [ask("iam:GetRolePolicy", role(b.role))], create: [ask("iam:PutRolePolicy", role(b.role), bounded)], remove: [ask("iam:DeleteRolePolicy", role(b.role), bounded)] }),
    aws_iam_role_policy_attachment: (b) => {
      const which = String(b.policy_arn).startsWith("arn:") ? String(b.policy_arn) : iam(`policy/${named(b.policy_arn)}`);
      const context = { ...bounded, "iam:PolicyARN": which };
      return { read: [ask("iam:ListAttachedRolePolicies", role(b.role))], create: [ask("iam:AttachRolePolicy", role(b.role), context)], remove: [ask("iam:DetachRolePolicy", role(b.role), context)] };
    },
    aws_iam_policy: (b) => {
      const it = iam(`policy/${b.name}`);
      return { read: each("iam", "GetPolicy GetPolicyVersion ListPolicyVersions", it), create: each("iam", "CreatePolicy TagPolicy", it, asking(given(b))), update: each("iam", "CreatePolicyVersion DeletePolicyVersion TagPolicy UntagPolicy", it, own), remove: each("iam", "ListPolicyVersions DeletePolicy", it, own) };
    },
    aws_iam_instance_profile: (b) => {
      const it = iam(`instance-profile/${b.name}`);
      return { read: [ask("iam:GetInstanceProfile", it)], create: [...each("iam", "CreateInstanceProfile TagInstanceProfile", it, asking(given(b))), ask("iam:AddRoleToInstanceProfile", it, own), pass(b.role, "ec2")], update: each("iam", "TagInstanceProfile UntagInstanceProfile", it, own), remove: [...each("iam", "RemoveRoleFromInstanceProfile DeleteInstanceProfile", it, own), ask("iam:GetRole", role(b.role))] };
    },
    aws_iam_service_linked_role: () => {
      const it = iam("role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot");
      return { read: [ask("iam:GetRole", it)], create: [ask("iam:CreateServiceLinkedRole", it, { "iam:AWSServiceName": "spot.amazonaws.com" }), ask("iam:TagRole", it)], update: each("iam", "TagRole UntagRole", it), remove: each("iam", "DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus", it) };
    },
    // Without tags, and lets the deploy role in by its own policy; a change of that policy is for an administrator.
    aws_kms_key: () => ({ read: each("kms", "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags", key), create: [ask("kms:CreateKey", "*"), ask("kms:EnableKeyRotation", key)], update: each("kms", "UpdateKeyDescription TagResource UntagResource", key), remove: [ask("kms:ScheduleKeyDeletion", key)] }),
    aws_kms_alias: (b) => {
      const both = (action: string) => [ask(`kms:${action}`, arn("kms", String(b.name))), ask(`kms:${action}`, key)];
      return { read: [ask("kms:ListAliases", "*")], create: both("CreateAlias"), update: both("UpdateAlias"), remove: both("DeleteAlias") };
    },
    aws_eks_cluster: (b) => ({
      read: eks("DescribeCluster", clusterArn),
      create: [ask("eks:CreateCluster", "*", asking(given(b))), ask("eks:TagResource", clusterArn, asking(given(b))), pass(b.role_arn, "eks"), ask("iam:GetRole", role(b.role_arn)), ask("kms:DescribeKey", key), ask("kms:CreateGrant", key, { "kms:GrantIsForAWSResource": "true" }), ...look("Subnets Vpcs SecurityGroups AccountAttributes"), linked("eks")],
      update: eks("UpdateClusterConfig UpdateClusterVersion DescribeUpdate TagResource UntagResource", clusterArn),
      remove: eks("DeleteCluster", clusterArn),
    }),
    aws_eks_node_group: (b) => {
      const it = part("nodegroup", `${(b.node_group_name_prefix as string | undefined) ?? "?"}20261126/0`);
      return {
        read: eks("DescribeNodegroup", it),
        create: [
          ...newPart("CreateNodegroup", it, b), pass(b.node_role_arn, "eks"), pass(b.node_role_arn, "ec2"), ...each("iam", "GetRole ListAttachedRolePolicies", role(b.node_role_arn)), linked("eks-nodegroup"), linked("autoscaling"),
          // EKS tries whether the caller could launch from the template.
          ...["image", "instance", "launch-template", "network-interface", "security-group", "subnet", "volume"].map((kind) => ask("ec2:RunInstances", ec2(kind))), ask("ec2:CreateTags", ec2("instance"), { "ec2:CreateAction": "RunInstances" }), ...look("LaunchTemplateVersions LaunchTemplates Subnets Vpcs SecurityGroups RouteTables KeyPairs"),
        ],
        update: eks("UpdateNodegroupConfig UpdateNodegroupVersion DescribeUpdate TagResource UntagResource", it),
        remove: eks("DeleteNodegroup", it),
      };
    },
    aws_eks_addon: (b) => {
      const it = part("addon", `${String(b.addon_name)}/0`);
      const association = part("podidentityassociation", "a-0");
      const roles = (b.pod_identity_association ?? []) as { role_arn: string }[];
      return { read: [...eks("DescribeAddon", it), ask("eks:DescribeAddonVersions", "*"), ...(roles.length > 0 ? eks("DescribePodIdentityAssociation", association) : [])], create: [...newPart("CreateAddon", it, b), ...roles.flatMap(({ role_arn }) => [...identity(role_arn), ask("eks:CreatePodIdentityAssociation", clusterArn)])], update: [...eks("UpdateAddon DescribeUpdate TagResource UntagResource", it), ...(roles.length > 0 ? eks("UpdatePodIdentityAssociation", association) : [])], remove: [...eks("DeleteAddon", it), ...(roles.length > 0 ? eks("DeletePodIdentityAssociation", association) : [])] };
    },
    aws_eks_access_entry: (b) => {
      const principal = role(b.principal_arn);
      const it = part("access-entry", `role/${ACCOUNT}/${principal.replace(/^.*\//, "")}/0`);
      return { read: eks("DescribeAccessEntry", it), create: newPart("CreateAccessEntry", it, b, { "eks:accessEntryType": String(b.type), "eks:principalArn": principal }), update: eks("UpdateAccessEntry TagResource UntagResource", it), remove: eks("DeleteAccessEntry", it) };
    },
    aws_eks_access_policy_association: () => {
      const it = part("access-entry", `role/${ACCOUNT}/platform/0`);
      return { read: eks("ListAssociatedAccessPolicies", it), create: eks("AssociateAccessPolicy", it), remove: eks("DisassociateAccessPolicy", it) };
    },
    aws_eks_pod_identity_association: (b) => {
      const it = part("podidentityassociation", "a-0");
      return { read: eks("DescribePodIdentityAssociation", it), create: [...newPart("CreatePodIdentityAssociation", it, b), ...identity(b.role_arn)], update: [...eks("UpdatePodIdentityAssociation", it), pass(b.role_arn, "pods.eks")], remove: eks("DeletePodIdentityAssociation", it) };
    },
    aws_s3_bucket: (b) => {
      const it = bucket(b.bucket);
      return {
        read: each("s3", `${READ_OF_BUCKET} GetBucketTagging ListTagsForResource ListBucket`, it),
        create: [ask("s3:CreateBucket", it), ...each("s3", "TagResource PutBucketTagging", it, asking(given(b)))],
        update: each("s3", "TagResource UntagResource PutBucketTagging", it),
        // With what is in it, by version, of which an object without versions has one.
        remove: [...each("s3", "ListBucketVersions DeleteBucket", it), ...each("s3", "DeleteObject DeleteObjectVersion", `${it}/${name}/main/v1/data/00/0`)],
      };
    },
    aws_s3_bucket_lifecycle_configuration: (b) => settingOf(b, "LifecycleConfiguration"),
    aws_s3_bucket_ownership_controls: (b) => settingOf(b, "BucketOwnershipControls"),
    aws_s3_bucket_policy: (b) => settingOf(b, "BucketPolicy", "DeleteBucketPolicy"),
    aws_s3_bucket_public_access_block: (b) => settingOf(b, "BucketPublicAccessBlock"),
    aws_s3_bucket_server_side_encryption_configuration: (b) => settingOf(b, "EncryptionConfiguration"),
    aws_sqs_queue: (b) => ({ read: each("sqs", "GetQueueAttributes ListQueueTags GetQueueUrl", queue), create: each("sqs", "CreateQueue TagQueue", queue, asking(given(b))), update: each("sqs", "SetQueueAttributes TagQueue UntagQueue", queue), remove: each("sqs", "DeleteQueue", queue) }),
    aws_sqs_queue_policy: () => ({ read: each("sqs", "GetQueueAttributes", queue), create: each("sqs", "SetQueueAttributes GetQueueAttributes", queue), remove: each("sqs", "SetQueueAttributes", queue) }),
    aws_cloudwatch_event_rule: (b) => {
      const it = arn("events", `rule/${b.name}`);
      return { read: each("events", "DescribeRule ListTagsForResource", it), create: each("events", "PutRule TagResource", it, asking(given(b))), update: each("events", "PutRule TagResource UntagResource", it), remove: each("events", "DeleteRule", it) };
    },
    aws_cloudwatch_event_target: (b) => {
      const it = arn("events", `rule/${named(b.rule)}`);
      return { read: each("events", "ListTargetsByRule", it), create: [ask("events:PutTargets", it, { "events:TargetArn": [queue] })], remove: each("events", "RemoveTargets", it) };
    },
  };
  const LOOKUPS: Readonly<Record<string, (body: Body) => Request[]>> = {
    aws_availability_zones: () => look("AvailabilityZones"),
    aws_subnets: () => look("Subnets"),
    // In China only.
    aws_vpc_endpoint_service: () => look("VpcEndpointServices"),
    aws_caller_identity: () => [ask("sts:GetCallerIdentity", "*")],
    aws_eks_cluster: (b) => [ask("eks:DescribeCluster", String(b.name).startsWith("$") ? clusterArn : arn("eks", `cluster/${b.name}`))],
  };
  const bodies = (block: TerraformJson["resource"]) =>
    Object.entries(block ?? {}).filter(([type]) => type.startsWith("aws_")).flatMap(([type, items]) => Object.entries(items).map(([id, body]) => ({ type, id, body: body })));
  const entry = <T>(table: Readonly<Record<string, T>>, type: string): T => {
    if (!table[type]) throw new Error(`no calls are known for ${type}: add them, and what its rights must not allow`);
    return table[type];
  };
  const secretArn = (secret: string) => (secret.startsWith("arn:") ? secret : arn("secretsmanager", `secret:${secret}-AbCdEf`));
  const secrets = Object.values((template.ephemeral as TerraformJson["data"])?.aws_secretsmanager_secret_version ?? {});
  return [
    ...bodies(template.resource).map(({ type, id, body }): [string, Calls] => [`${stack} ${type}.${id}`, entry(TYPES, type)(body)]),
    ...bodies(template.data).map(({ type, id, body }): [string, Calls] => [`${stack} data.${type}.${id}`, { read: entry(LOOKUPS, type)(body) }]),
    ...secrets.map(({ secret_id }): [string, Calls] => [`${stack} secret`, { read: [ask("secretsmanager:GetSecretValue", secretArn(String(secret_id)))] }]),
  ];
}
