import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { partitionOf } from "../facts/regions";

/** One statement of an IAM policy; `Effect` is `Allow` unless given. */
export interface Statement {
  readonly Sid: string;
  readonly Effect?: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Record<string, Record<string, string | readonly string[]>>;
}

/** An IAM policy document as JSON, without spaces: IAM counts its size. Values may hold Terraform references. */
export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ Sid, Effect = "Allow", ...rest }) => ({ Sid, Effect, ...rest })),
  });

/** A trust policy for an AWS service. */
export const serviceTrust = (service: string): string =>
  policy({ Sid: "AssumeRole", Principal: { Service: service }, Action: "sts:AssumeRole" });

/** The trust policy of EKS Pod Identity. Its tags are session tags, hence the second action. */
export const podIdentityTrust = (): string =>
  policy({
    Sid: "PodIdentity",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  });

/** EC2's service principal: in China it has a name of its own, where those of the other services are the same everywhere. */
export const ec2Principal = (region: string): string => (partitionOf(region) === "aws-cn" ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com");

/** CloudWatch's service principal of a region. */
export const logsPrincipal = (region: string): string =>
  `logs.${region}.${partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;

export interface RoleProps {
  readonly name: string;
  readonly region: string;
  readonly trust: string;
  /** Names of AWS managed policies, with their path where they have one. */
  readonly awsPolicies: readonly string[];
}

/** An IAM role with AWS managed policies. */
export class Role extends Construct {
  readonly arn: string;
  readonly name: string;
  /** Reference to the role's unique id, for `replaceTriggeredBy`. */
  readonly uniqueIdReference: string;
  readonly attachments: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, { name, region, trust, awsPolicies }: RoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", { name, assumeRolePolicy: trust });
    this.arn = role.arn;
    this.name = role.name;
    this.uniqueIdReference = `${role.terraformResourceType}.${role.friendlyUniqueId}.unique_id`;
    this.attachments = awsPolicies.map(
      (policyName) =>
        new IamRolePolicyAttachment(this, policyName.replace(/^.*\//, ""), {
          role: role.name,
          policyArn: `arn:${partitionOf(region)}:iam::aws:policy/${policyName}`,
        }),
    );
  }
}
