import { asking, having, words } from "./requests";
import type { Request } from "./evaluate";
import { ACCOUNT } from "./stacks";

/** What a role may do beyond what it needs, and why it cannot be had otherwise. The list is in docs/security.md and may only shrink. */
export interface Excess {
  readonly role: "plan" | "deploy" | "karpenter" | "vpc-cni";
  readonly label: string;
  readonly request: Request;
  /** Only where the deploy role works in a cluster of others. */
  readonly guest?: true;
}

export function excesses({ region, name, cluster, iamPath = "/" }: { readonly region: string; readonly name: string; readonly cluster: string; readonly iamPath?: string }): Excess[] {
  const { arn, ec2, iam, ask } = words(region, { name, iamPath });
  const group = (action: string) => ask(`ec2:${action}`, ec2("security-group"));
  return [
    { role: "plan", label: "user data in the launch templates of the region", request: ask("ec2:DescribeLaunchTemplateVersions", "*") },
    { role: "plan", label: "metadata and policy of any KMS key of the region", request: ask("kms:GetKeyPolicy", arn("kms", "key/0")) },
    { role: "deploy", label: "mark a security group without name and owner as unused", request: ask("ec2:CreateTags", ec2("security-group"), asking({ "dagger-ci/installation": name, Name: `${name}-unused` })) },
    { role: "deploy", label: "take the rules of a security group without name and owner away", request: group("RevokeSecurityGroupIngress") },
    { role: "deploy", label: "launch instances, with the roles of the installation", request: ask("ec2:RunInstances", ec2("instance")) },
    { role: "deploy", label: "a new KMS key without tags", request: ask("kms:CreateKey", "*") },
    { role: "deploy", label: "a role that anybody may take, within the boundary", request: ask("iam:UpdateAssumeRolePolicy", iam(`role/${name}-karpenter`), { ...having({ "dagger-ci/installation": name }) }) },
    { role: "deploy", label: "associate a VPC of the region with a private hosted zone, where there are interface endpoints", request: ask("route53:AssociateVPCWithHostedZone", "arn:aws:route53:::hostedzone/Z0", { "route53:VPCs": [`VPCId=vpc-0,VPCRegion=${region}`] }) },
    { role: "deploy", guest: true, label: "take over a Pod Identity association of a shared cluster", request: ask("eks:TagResource", arn("eks", `podidentityassociation/${cluster}/a-0`), asking({ "dagger-ci/installation": name })) },
    { role: "vpc-cni", label: "detach and delete network interfaces of the region", request: ask("ec2:DetachNetworkInterface", ec2("network-interface"), having({ team: "payroll" })) },
    { role: "karpenter", label: "launch into any subnet, group and AMI of the region", request: ask("ec2:RunInstances", ec2("subnet"), { "ec2:Vpc": `arn:aws:ec2:${region}:${ACCOUNT}:vpc/vpc-0` }) },
    { role: "karpenter", label: "look at any instance profile", request: ask("iam:GetInstanceProfile", iam("instance-profile/admin")) },
  ];
}
