import { ec2Principal, type Statement } from "../../cdktf/iam";
import { iamArn, owned, ownPolicies, ownProfile, ownRoles, SPOT_ROLE, usedRoles, type Scope } from "./scope";

/** AWS's policies that the stacks attach: no others, and never one for administrators. */
export const ATTACHED = [
  ...["AmazonEBSCSIDriverPolicyV2", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy"],
  ...["AmazonEKS_CNI_Policy", "AmazonSSMManagedInstanceCore"],
];
/** AWS services that a role of the installation may be handed to. */
const services = (region: string) => [ec2Principal(region), ...["eks", "pods.eks", "vpc-flow-logs"].map((service) => `${service}.amazonaws.com`)];
const LINKED = ["autoscaling", "eks", "eks-nodegroup"];

const iam = (...names: readonly string[]) => names.map((action) => `iam:${action}`);

/**
 * Roles by the names that the stacks give them. A role can be made, and can get rights, only under the boundary:
 * whatever a role is given, it is never more than that.
 */
export function roles(scope: Scope): Statement[] {
  const Resource = ownRoles(scope);
  const bounded = { StringEquals: { "iam:PermissionsBoundary": scope.boundary } };
  return [
    {
      Sid: "BoundedRoles",
      Action: iam("CreateRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"),
      Resource,
      Condition: bounded,
    },
    {
      Sid: "AttachKnownPolicies",
      Action: iam("AttachRolePolicy"),
      Resource,
      Condition: {
        ...bounded,
        ArnLike: { "iam:PolicyARN": [ownPolicies(scope), ...ATTACHED.map((policy) => `arn:${scope.partition}:iam::aws:policy/${policy}`)] },
      },
    },
    {
      // Owner and boundary are told only in part of these requests; those of others refuse.
      Sid: "OwnRoles",
      Action: iam("DeleteRole", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole"),
      Resource,
      Condition: { StringEqualsIfExists: { ...owned(scope), "iam:PermissionsBoundary": scope.boundary } },
    },
  ];
}

/** What roles are made of and handed to: policies, the instance profile, AWS's services. */
export function handOver(scope: Scope): Statement[] {
  const notOthers = { StringEqualsIfExists: owned(scope) };
  const { spotRole } = scope.cluster;
  return [
    {
      Sid: "OwnPolicies",
      Action: iam("CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "TagPolicy", "UntagPolicy"),
      Resource: ownPolicies(scope),
      Condition: notOthers,
    },
    {
      Sid: "OwnInstanceProfile",
      Action: iam(
        ...["AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile"],
        ...["TagInstanceProfile", "UntagInstanceProfile"],
      ),
      Resource: ownProfile(scope),
      Condition: notOthers,
    },
    { Sid: "HandOverOwnRoles", Action: iam("PassRole"), Resource: usedRoles(scope), Condition: { StringEquals: { "iam:PassedToService": services(scope.region) } } },
    ...(scope.jobRoles.length === 0
      ? []
      : [
          // EKS looks at a role before it gives it to a service account.
          { Sid: "LookAtJobRoles", Action: iam("GetRole"), Resource: scope.jobRoles },
          {
            Sid: "HandOverJobRoles",
            Action: iam("PassRole"),
            Resource: scope.jobRoles,
            Condition: { StringEquals: { "iam:PassedToService": "pods.eks.amazonaws.com" } },
          },
        ]),
    {
      // EKS brings its own roles with the first cluster of an account.
      Sid: "ServiceLinkedRoles",
      Action: iam("CreateServiceLinkedRole"),
      Resource: [...LINKED, ...(spotRole ? ["spot"] : [])].map((service) => iamArn(scope, `role/aws-service-role/${service}.amazonaws.com/*`)),
    },
    ...(spotRole
      ? [{ Sid: "SpotRole", Action: iam("DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus", "TagRole", "UntagRole"), Resource: iamArn(scope, SPOT_ROLE) }]
      : []),
  ];
}
