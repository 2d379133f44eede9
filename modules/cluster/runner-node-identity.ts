import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { Construct } from "constructs";
import { ec2Principal, Role, serviceTrust } from "../cdktf/iam";

/** What every node needs from AWS: to join, and to pull images. */
export const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

export interface RunnerNodeIdentityProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  /** Attach the CNI policy: where vpc-cni has no role of its own. */
  readonly cniPolicy: boolean;
  /** Attach AmazonSSMManagedInstanceCore. */
  readonly sessionManager: boolean;
  /** A role and instance profile that exist, and whether they still need an access entry. Default: both are made. */
  readonly existing?: { readonly roleArn: string; readonly instanceProfile: string; readonly accessEntry: boolean };
}

/**
 * The identity of runner nodes. The engine on them is privileged, so whoever runs a job can take this role: it has
 * the least that a node can do with. Terraform owns the instance profile, so Karpenter needs no rights in IAM.
 *
 * @example
 * const nodes = new RunnerNodeIdentity(stack, "runner-nodes", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci", cniPolicy: false, sessionManager: false,
 * });
 */
export class RunnerNodeIdentity extends Construct {
  readonly roleArn: string;
  readonly instanceProfileName: string;

  constructor(scope: Construct, id: string, props: RunnerNodeIdentityProps) {
    super(scope, id);
    const { existing, clusterName } = props;
    if (existing !== undefined) {
      if (existing.accessEntry) new EksAccessEntry(this, "access-entry", { clusterName, principalArn: existing.roleArn, type: "EC2_LINUX" });
      this.roleArn = existing.roleArn;
      this.instanceProfileName = existing.instanceProfile;
      return;
    }
    const role = new Role(this, "node", {
      name: `${props.name}-runner-node`,
      region: props.region,
      trust: serviceTrust(ec2Principal(props.region), props.account),
      awsPolicies: [
        ...NODE_POLICIES,
        ...(props.cniPolicy ? ["AmazonEKS_CNI_Policy"] : []),
        ...(props.sessionManager ? ["AmazonSSMManagedInstanceCore"] : []),
      ],
    });
    const profile = new IamInstanceProfile(this, "instance-profile", {
      name: `${props.name}-runner-node`,
      role: role.name,
    });
    new EksAccessEntry(this, "access-entry", {
      clusterName,
      principalArn: role.arn,
      type: "EC2_LINUX",
      // An entry stays bound to the role's unique id: a role made again under the same name would be locked out.
      lifecycle: { replaceTriggeredBy: [role.uniqueIdReference] },
    });
    this.roleArn = role.arn;
    this.instanceProfileName = profile.name;
  }
}
