import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { awsDomain, partitionOf } from "../facts/regions";

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

/**
 * A trust policy for an AWS service, on behalf of this account only. EC2 does not document that it says for which
 * account it takes a role: there the condition holds if it does.
 */
export const serviceTrust = (service: string, account: string): string =>
  policy({
    Sid: "AssumeRole",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { [service.startsWith("ec2.") ? "StringEqualsIfExists" : "StringEquals"]: { "aws:SourceAccount": account } },
  });

export interface PodIdentity {
  readonly account: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The trust policy of EKS Pod Identity for one service account. Pod Identity says in session tags for whom it asks,
 * hence the second action.
 */
export const podIdentityTrust = ({ account, clusterName, namespace, serviceAccount }: PodIdentity): string =>
  policy({
    Sid: "PodIdentity",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
      StringEqualsIfExists: { "aws:RequestTag/eks-cluster-name": clusterName },
    },
  });

/** EC2's service principal: in China it has a name of its own, where those of the other services are the same everywhere. */
export const ec2Principal = (region: string): string => `ec2.${awsDomain(region)}`;

/** CloudWatch's service principal of a region. */
export const logsPrincipal = (region: string): string => `logs.${region}.${awsDomain(region)}`;

/** Condition of a KMS grant: only for an AWS service, as EKS and EC2 ask for one on behalf of who calls them. */
export const GRANT_TO_AWS = { Bool: { "kms:GrantIsForAWSResource": "true" } };

/** What EC2 asks of whoever launches an instance whose disks keys of the account encrypt (EBS user guide). */
export function diskKey(keys: readonly string[]): Statement[] {
  const [first, ...more] = keys;
  if (first === undefined) return [];
  const Resource = more.length === 0 ? first : keys;
  return [
    { Sid: "DiskKey", Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"], Resource },
    { Sid: "DiskKeyGrant", Action: "kms:CreateGrant", Resource, Condition: GRANT_TO_AWS },
  ];
}

/** A path as IAM's resources take it; `/` is what they have without. */
export const atPath = (path: string) => (path === "/" ? {} : { path });

export interface RoleProps {
  readonly name: string;
  readonly region: string;
  readonly trust: string;
  /** Names of AWS managed policies, with their path where they have one. */
  readonly awsPolicies: readonly string[];
}

/**
 * An IAM role with AWS managed policies.
 *
 * @example
 * const role = new Role(stack, "node", {
 *   name: "dagger-ci-node", region: "eu-west-1", trust: serviceTrust("ec2.amazonaws.com", account),
 *   awsPolicies: ["AmazonEKSWorkerNodePolicy"],
 * });
 */
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
