import { createHash } from "node:crypto";
import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { Construct } from "constructs";
import { partitionOf } from "../facts/regions";

export interface AccessProps {
  readonly clusterName: string;
  readonly region: string;
  readonly admins: readonly string[];
  readonly viewers: readonly string[];
}

/**
 * Who may use the Kubernetes API: an access entry for each IAM role or user.
 *
 * @example
 * new Access(stack, "access", {
 *   clusterName: "dagger-ci", region: "eu-west-1", admins: ["arn:aws:iam::111122223333:role/platform"], viewers: [],
 * });
 */
export class Access extends Construct {
  constructor(scope: Construct, id: string, { clusterName, region, admins, viewers }: AccessProps) {
    super(scope, id);
    const ids = constructIds([...admins, ...viewers]);
    const grant = (principalArn: string, policyName: string) => {
      const principal = ids.get(principalArn)!;
      const entry = new EksAccessEntry(this, `${principal}-entry`, { clusterName, principalArn, type: "STANDARD" });
      new EksAccessPolicyAssociation(this, principal, {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policyName}`,
        accessScope: { type: "cluster" },
      });
    };
    admins.forEach((principal) => grant(principal, "AmazonEKSClusterAdminPolicy"));
    viewers.forEach((principal) => grant(principal, "AmazonEKSViewPolicy"));
  }
}

/**
 * A construct id for each principal, after its name. A role and a user of one name, and a name that ends as the ids of entries
 * do, are told apart by a part of their ARN's hash; the others keep the ids that they always had.
 */
function constructIds(principals: readonly string[]): Map<string, string> {
  const name = (arn: string) => arn.replace(/^.*:(role|user)\//, "").replaceAll("/", "-");
  // The plainest ARN of a name keeps it, in whatever order they are listed: roles before users, without a path before with.
  const keepers = new Map([...principals].sort().reverse().sort((a, b) => b.length - a.length).map((arn) => [name(arn), arn]));
  return new Map(
    principals.map((arn) => {
      const plain = keepers.get(name(arn)) === arn && !name(arn).endsWith("-entry");
      return [arn, plain ? name(arn) : `${name(arn)}-${createHash("sha256").update(arn).digest("hex").slice(0, 8)}`];
    }),
  );
}
