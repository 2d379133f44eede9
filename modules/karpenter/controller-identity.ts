import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { podIdentityTrust, Role } from "../cdktf/iam";
import { ADDONS } from "../contract/addons";
import { karpenterPolicies, type KarpenterPolicyContext } from "./policies";

export const KARPENTER_NAMESPACE = ADDONS.karpenter.namespace;
export const KARPENTER_SERVICE_ACCOUNT = "karpenter";

export interface ControllerIdentityProps extends KarpenterPolicyContext {
  /** Name of the installation; prefix of IAM names. */
  readonly name: string;
  readonly account: string;
  /** A role that exists, with all that Karpenter needs. Default: one is made. */
  readonly roleArn?: string | undefined;
}

/**
 * Karpenter's IAM role, bound to its service account by Pod Identity one stack before its pods start.
 *
 * @example
 * new ControllerIdentity(stack, "karpenter", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci", clusterArn: eks.arn,
 *   nodeRoleArn: nodes.roleArn, queueArn: queue.arn, zonalShift: false,
 * });
 */
export class ControllerIdentity extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ControllerIdentityProps) {
    super(scope, id);
    const { arn, attachments } = props.roleArn === undefined ? this.role(props) : { arn: props.roleArn, attachments: [] };
    new EksPodIdentityAssociation(this, "association", {
      clusterName: props.clusterName,
      namespace: KARPENTER_NAMESPACE,
      serviceAccount: KARPENTER_SERVICE_ACCOUNT,
      roleArn: arn,
      dependsOn: attachments,
    });
    this.roleArn = arn;
  }

  private role(props: ControllerIdentityProps) {
    const role = new Role(this, "controller", {
      name: `${props.name}-karpenter`,
      region: props.region,
      trust: podIdentityTrust({
        account: props.account,
        clusterName: props.clusterName,
        namespace: KARPENTER_NAMESPACE,
        serviceAccount: KARPENTER_SERVICE_ACCOUNT,
      }),
      awsPolicies: [],
    });
    const attachments = Object.entries(karpenterPolicies(props)).map(([concern, document]) => {
      const managed = new IamPolicy(this, concern, { name: `${props.name}-karpenter-${concern}`, policy: document });
      return new IamRolePolicyAttachment(this, `${concern}-attachment`, { role: role.name, policyArn: managed.arn });
    });
    return { arn: role.arn, attachments };
  }
}
