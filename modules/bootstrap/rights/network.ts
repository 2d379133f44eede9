import type { Statement } from "../../cdktf/iam";
import { arn, asOwn, inRegion, OWNER_TAG, owned, type Scope } from "./scope";

/** What makes a thing in EC2, and the kind of thing that comes of it. */
const MADE: Readonly<Record<string, string>> = {
  CreateVpc: "vpc",
  CreateSubnet: "subnet",
  CreateSecurityGroup: "security-group",
  CreateRouteTable: "route-table",
  AllocateAddress: "elastic-ip",
  CreateFlowLogs: "vpc-flow-log",
  CreateInternetGateway: "internet-gateway",
  CreateLaunchTemplate: "launch-template",
  CreateNatGateway: "natgateway",
  CreateVpcEndpoint: "vpc-endpoint",
};
/** What is made of or in these must be told apart from them: theirs is the right to be built on, if they are ours. */
const PARENTS = ["vpc", "subnet", "security-group", "route-table", "elastic-ip"];
const CHANGES = [
  ...["AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupIngress", "CreateRoute", "DeleteFlowLogs"],
  ...["DeleteInternetGateway", "DeleteNatGateway", "DeleteRoute", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteVpc"],
  ...["DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress", "DisassociateRouteTable", "ModifySecurityGroupRules"],
  ...["ModifySubnetAttribute", "ModifyVpcAttribute", "ModifyVpcEndpoint", "ReleaseAddress", "ReplaceRoute"],
  ...["ReplaceRouteTableAssociation", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
];
const TEMPLATES = ["CreateLaunchTemplateVersion", "DeleteLaunchTemplate", "ModifyLaunchTemplate"];
const TAGS = ["CreateTags", "DeleteTags"];
const ec2 = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);

/** Every thing of a kind. Images and snapshots have no account in their ARN. */
const anyOf =
  ({ partition, region, account }: Scope) =>
  (kind: string): string =>
    `arn:${partition}:ec2:${region}:${["image", "snapshot"].includes(kind) ? "" : account}:${kind}/*`;
const madeBy = (scope: Scope) => Object.entries(MADE).filter(([action]) => scope.network.own || action === "CreateLaunchTemplate");

/** EC2: what is made must carry the installation's tag from the start, and what it is built on must carry it already. */
export function makeNetwork(scope: Scope): Statement[] {
  const any = anyOf(scope);
  const made = madeBy(scope);
  const named = made.filter(([, kind]) => !PARENTS.includes(kind));
  const ours = { StringEquals: { ...owned(scope), ...inRegion(scope) } };
  const asOurs = { StringEquals: { ...asOwn(scope), ...inRegion(scope) } };
  return [
    ...made
      .filter(([, kind]) => PARENTS.includes(kind))
      .map(([action, kind]) => ({ Sid: `Make${action.replace(/^(Create|Allocate)/, "")}`, Action: `ec2:${action}`, Resource: any(kind), Condition: asOurs })),
    { Sid: "MakeOthers", Action: ec2(named.map(([action]) => action)), Resource: named.map(([, kind]) => any(kind)), Condition: asOurs },
    ...(scope.network.own
      ? [
          {
            Sid: "BuildOnOwn",
            Action: ec2(["CreateSubnet", "CreateSecurityGroup", "CreateRouteTable", "CreateFlowLogs", "CreateNatGateway", "CreateVpcEndpoint"]),
            Resource: PARENTS.map(any),
            Condition: ours,
          },
        ]
      : []),
    {
      Sid: "TagWhatIsMade",
      Action: "ec2:CreateTags",
      Resource: "*",
      Condition: {
        StringEquals: { ...asOwn(scope), ...inRegion(scope), "ec2:CreateAction": [...made.map(([action]) => action), "AuthorizeSecurityGroupIngress"] },
      },
    },
  ];
}

/**
 * EC2: what is changed or removed must carry the installation's tag. A network of others gives no right but to launch
 * templates, and to the one security group that the configuration opens for webhooks.
 */
export function changeNetwork(scope: Scope): Statement[] {
  const any = anyOf(scope);
  const { region, partition } = scope;
  const ours = { StringEquals: { ...owned(scope), ...inRegion(scope) } };
  const { webhookGroupId } = scope.cluster;
  const launches = scope.cluster.own || scope.cluster.persistentFleets;
  return [
    ...(scope.network.own ? defaultGroup(scope, any("security-group")) : []),
    {
      Sid: "ChangeOwn",
      Action: ec2([...(scope.network.own ? CHANGES : []), ...TEMPLATES, ...TAGS]),
      Resource: "*",
      // What was taken over below stays without use.
      Condition: { ...ours, StringNotEquals: { "aws:ResourceTag/Name": unused(scope) } },
    },
    ...(scope.network.interfaceEndpoints
      ? [
          {
            // A private name of an endpoint is a hosted zone that AWS makes and associates with the VPC.
            Sid: "PrivateNames",
            Action: "route53:AssociateVPCWithHostedZone",
            Resource: `arn:${partition}:route53:::hostedzone/*`,
            Condition: { "ForAllValues:StringLike": { "route53:VPCs": `VPCId=*,VPCRegion=${region}` } },
          },
        ]
      : []),
    ...(webhookGroupId === undefined
      ? []
      : [
          {
            Sid: "OpenForWebhooks",
            Action: ec2(["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules", "RevokeSecurityGroupIngress"]),
            Resource: [arn(scope, "ec2", `security-group/${webhookGroupId}`), any("security-group-rule")],
            Condition: { StringEquals: inRegion(scope) },
          },
        ]),
    ...(launches
      ? [
          {
            // EKS tries whether who makes a node group with a launch template could launch from it.
            Sid: "LaunchNodes",
            Action: "ec2:RunInstances",
            Resource: ["image", "instance", "launch-template", "network-interface", "security-group", "snapshot", "subnet", "volume"].map(any),
          },
          {
            Sid: "TagNodes",
            Action: "ec2:CreateTags",
            Resource: ["instance", "network-interface", "volume"].map(any),
            Condition: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
          },
        ]
      : []),
  ];
}

const unused = ({ name }: Scope) => `${name}-unused`;

/**
 * A VPC comes with a default security group that has no tags. Terraform gives it its tags and takes its rules away. Only
 * a group without name and owner can be taken so, only as unused, and an unused one can only lose rules: whoever takes
 * somebody's group has gained nothing by it.
 */
function defaultGroup(scope: Scope, Resource: string): Statement[] {
  const isUnused = { StringEquals: { ...owned(scope), "aws:ResourceTag/Name": unused(scope), ...inRegion(scope) } };
  const nobodys = { [`aws:ResourceTag/${OWNER_TAG}`]: "true", "aws:ResourceTag/Name": "true" };
  return [
    {
      Sid: "TakeDefaultGroup",
      Action: "ec2:CreateTags",
      Resource,
      Condition: { StringEquals: { ...asOwn(scope), "aws:RequestTag/Name": unused(scope), ...inRegion(scope) }, Null: nobodys },
    },
    // A tag may be seen a moment late.
    { Sid: "EmptyNobodysGroup", Action: ec2(["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"]), Resource, Condition: { StringEquals: inRegion(scope), Null: nobodys } },
    { Sid: "EmptyUnusedGroup", Action: ec2(["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"]), Resource, Condition: isUnused },
    {
      Sid: "TagUnusedGroup",
      Action: ec2(TAGS),
      Resource,
      Condition: { ...isUnused, "ForAllValues:StringNotEquals": { "aws:TagKeys": ["Name", OWNER_TAG] } },
    },
  ];
}
