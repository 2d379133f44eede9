import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { Construct, type IDependable } from "constructs";
import type { EksAddonName } from "../facts/versions";
import { podIdentityTrust, Role } from "../cdktf/iam";

/** What a node needs before it can be Ready, and Pod Identity before any pod that asks for credentials. */
export const ADDONS_BEFORE_NODES: readonly EksAddonName[] = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];
/** What runs as a Deployment: without nodes it would stay degraded, and the apply would wait for it in vain. */
export const ADDONS_AFTER_NODES: readonly EksAddonName[] = ["coredns", "aws-ebs-csi-driver"];

/** Add-ons that call AWS, with the service account and the policy for it. Node roles then need no such policy. */
const IDENTITIES: Partial<Record<EksAddonName, { serviceAccount: string; awsPolicy: string }>> = {
  "vpc-cni": { serviceAccount: "aws-node", awsPolicy: "AmazonEKS_CNI_Policy" },
  // Version 2 has no `service-role/` in its ARN.
  "aws-ebs-csi-driver": { serviceAccount: "ebs-csi-controller-sa", awsPolicy: "AmazonEBSCSIDriverPolicyV2" },
};

export interface EksAddonsProps {
  /** Name of the installation; prefix of IAM role names. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  readonly addons: readonly EksAddonName[];
  readonly versions: Partial<Record<EksAddonName, string>>;
  /** Configuration of an add-on, by its name; none leaves AWS's and what is set by hand. */
  readonly valuesOf: (name: EksAddonName) => object | undefined;
  /** A role that exists for an add-on, by its name. Default: those that need one get one of their own. */
  readonly roleOf?: (name: EksAddonName) => string | undefined;
  readonly dependsOn?: readonly IDependable[];
}

/**
 * Amazon EKS managed add-ons, pinned by version, each with an IAM role of its own where it needs one.
 *
 * @example
 * new EksAddons(stack, "addons", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci",
 *   addons: ["vpc-cni", "kube-proxy"], versions: eksAddonVersions("1.35"),
 *   valuesOf: (name) => (name === "coredns" ? { replicaCount: 2 } : undefined),
 * });
 */
export class EksAddons extends Construct {
  readonly addons: readonly EksAddon[];

  constructor(scope: Construct, id: string, props: EksAddonsProps) {
    super(scope, id);
    this.addons = props.addons.map((addonName) => {
      const addonVersion = props.versions[addonName];
      const configuration = props.valuesOf(addonName);
      const roles = this.role(addonName, props);
      return new EksAddon(this, addonName, {
        clusterName: props.clusterName,
        addonName,
        ...(addonVersion === undefined ? {} : { addonVersion }),
        ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
        podIdentityAssociation: roles.map(({ serviceAccount, arn }) => ({ serviceAccount, roleArn: arn })),
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        dependsOn: [...((props.dependsOn ?? []) as EksAddon[]), ...roles.flatMap((role) => role.attachments)],
      });
    });
  }

  private role(addonName: EksAddonName, { name, region, account, clusterName, roleOf }: EksAddonsProps) {
    const identity = IDENTITIES[addonName];
    if (!identity) return [];
    const existing = roleOf?.(addonName);
    if (existing !== undefined) return [{ serviceAccount: identity.serviceAccount, arn: existing, attachments: [] }];
    const role = new Role(this, `${addonName}-role`, {
      name: `${name}-${addonName}`,
      region,
      trust: podIdentityTrust({ account, clusterName, namespace: "kube-system", serviceAccount: identity.serviceAccount }),
      awsPolicies: [identity.awsPolicy],
    });
    return [{ serviceAccount: identity.serviceAccount, arn: role.arn, attachments: role.attachments }];
  }
}
