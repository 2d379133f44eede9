import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { Construct } from "constructs";
import { partitionOf } from "../cdktf/iam";

export interface AccessProps {
  readonly clusterName: string;
  readonly region: string;
  readonly admins: readonly string[];
  readonly viewers: readonly string[];
}

/** Who may use the Kubernetes API: an access entry for each IAM role or user. */
export class Access extends Construct {
  constructor(scope: Construct, id: string, { clusterName, region, admins, viewers }: AccessProps) {
    super(scope, id);
    const grant = (principalArn: string, policyName: string) => {
      const principal = principalArn.replace(/^.*:(role|user)\//, "").replaceAll("/", "-");
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
