import type { EksAddonName } from "../../facts/versions";

/** What the rights of the two roles are about: one installation, and what its configuration makes. */
export interface Scope {
  /** Name of the installation. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly state: { readonly bucket: string; readonly prefix: string; readonly kmsKeyArn?: string };
  /** AWS secrets that plans read and forget, and the KMS keys of the account that encrypt them. */
  readonly secrets: readonly string[];
  readonly secretKeyArns: readonly string[];
  /** Roles of the account that jobs get by EKS Pod Identity. */
  readonly jobRoles: readonly string[];
  /** IAM path of roles, policies and the instance profile. */
  readonly iamPath: string;
  /** The bucket of seeds, where a fleet has them: whether the stacks make it, and the account's own key that encrypts it. */
  readonly seeds?: { readonly bucket: string; readonly own: boolean; readonly kmsKeyArn?: string };
  /** Policy that bounds every role of the installation. */
  readonly boundary: string;
  /** Whether the network stack makes a VPC, and with interface endpoints, which have a private hosted zone each. */
  readonly network: { readonly own: boolean; readonly interfaceEndpoints: boolean };
  readonly cluster: {
    readonly name: string;
    readonly own: boolean;
    /** The account's own key for Kubernetes Secrets, in place of one that the stack makes. */
    readonly kmsKeyArn?: string;
    /** EKS add-ons that the stack installs. */
    readonly addons: readonly EksAddonName[];
    readonly karpenter: boolean;
    readonly persistentFleets: boolean;
    readonly spotRole: boolean;
    /** The role of the nodes that Karpenter buys where it exists already, and all roles that do. */
    readonly runnerNodeRoleArn?: string;
    readonly existingRoleArns: readonly string[];
    /** Roles of nodes of other installations in the cluster, which its Karpenter passes. */
    readonly guestRoleArns: readonly string[];
    /** The account's own KMS keys of root disks, and SSM parameters with ids of AMIs. */
    readonly diskKeyArns: readonly string[];
    readonly amiParameterArns: readonly string[];
    /** Security group of the existing cluster's nodes that is opened for webhooks. */
    readonly webhookGroupId?: string;
  };
}

/** The tag by which the installation's things are told from others; the stacks put it on all they make. */
export const OWNER_TAG = "dagger-ci/installation";

export const arn = ({ partition, region, account }: Scope, service: string, rest: string, place = region): string =>
  `arn:${partition}:${service}:${place}:${account}:${rest}`;
export const iamArn = (scope: Scope, what: string): string => arn(scope, "iam", what, "");

/** Conditions: only in the region of the installation, only on what carries its tag, only with its tag. */
export const inRegion = ({ region }: Scope) => ({ "aws:RequestedRegion": region });
export const owned = ({ name }: Scope) => ({ [`aws:ResourceTag/${OWNER_TAG}`]: name });
export const asOwn = ({ name }: Scope) => ({ [`aws:RequestTag/${OWNER_TAG}`]: name });

/** Roles that the stacks make. Fleets have some of their own: `<name>-<fleet>-node` of persistent ones, `<name>-<fleet>-seed` of seeded ones. */
export const ownRoles = (scope: Scope): string[] =>
  ["cluster", "vpc-cni", "aws-ebs-csi-driver", "karpenter", "flow-logs", "*-node", ...(scope.seeds === undefined ? [] : ["*-seed"])].map((role) => iamArn(scope, `role${scope.iamPath}${scope.name}-${role}`));
/** The instance profile and the policies that they make. */
export const ownProfile = (scope: Scope): string => iamArn(scope, `instance-profile${scope.iamPath}${scope.name}-runner-node`);
export const ownPolicies = (scope: Scope): string => iamArn(scope, `policy${scope.iamPath}${scope.name}-karpenter-*`);
/** The role of the nodes that Karpenter buys. */
export const runnerNodeRole = (scope: Scope): string => scope.cluster.runnerNodeRoleArn ?? iamArn(scope, `role${scope.iamPath}${scope.name}-runner-node`);
/** Roles that may be handed to AWS, and looked at: the stacks' own, and those that exist. */
export const usedRoles = (scope: Scope): string[] => [...ownRoles(scope), ...scope.cluster.existingRoleArns];
export const SPOT_ROLE = "role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot";
