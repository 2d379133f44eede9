/**
 * What cannot change on a network or cluster that stands, as the sentences that a person reads. Each gets what the
 * configuration says and what stands; in a stack the latter is a Terraform reference.
 */
export const frozen = {
  vpc: (wanted: string, standing: string) =>
    `network says ${wanted}, but this installation stands in ${standing}, and a cluster never leaves its VPC. Put network back, or make another installation.`,
  cidr: (wanted: string, standing: string) =>
    `network.cidr is ${wanted}, but the VPC stands with ${standing}, and another range would destroy it with all that is in it. Put ${standing} back, or make another installation.`,
  zone: (standing: string) =>
    `network.availabilityZones has no ${standing}, but subnets stand there, and nodes or the control plane may be in them. Put it back; the order does not matter, and zones may be added.`,
  zones: (wanted: number, standing: string) =>
    `network.availabilityZones has ${wanted} zones, but subnets stand in ${standing}; those of the others would be destroyed, and nodes or the control plane may be in them. Put the zones back, or take the installation down first.`,
  cluster: (wanted: string, standing: string) =>
    `cluster says ${wanted}, but this installation stands in ${standing}. Put cluster back, or make another installation.`,
  guest: (wanted: boolean) =>
    `cluster.guest is ${wanted}, but this installation stands as ${wanted ? "the first in the cluster" : "a guest"}: its node pools and their nodes would be made anew under other names. Put it back, or make another installation.`,
  key: (wanted: string, standing: string) =>
    `cluster.kmsKeyArn says ${wanted}, but the cluster encrypts with ${standing}, and EKS never changes the key of a cluster. Put cluster.kmsKeyArn back as it was.`,
  serviceCidr: (wanted: string, standing: string) =>
    `cluster.serviceCidr is ${wanted}, but the cluster stands with ${standing}, and EKS never changes it. Put ${standing} back.`,
  controlPlane: (left: string) =>
    `The control plane stands in ${left}, which network no longer has. Put them back; a cluster never leaves its VPC and zones.`,
  iamPath: (wanted: string, standing: string) =>
    `cluster.iamPath is ${wanted}, but the roles of this installation stand under ${standing}, and another path would make the cluster and its nodes anew. Put ${standing} back.`,
  clusterRole: (wanted: string, standing: string) =>
    `cluster.roleArn says ${wanted}, but the cluster has ${standing}, and EKS never changes the role of a cluster. Put it back, or make another installation.`,
  runnerRole: (wanted: string, standing: string) =>
    `cluster.runnerNodes.roleArn says ${wanted}, but runner nodes have ${standing}, and would lose their place in the cluster with their jobs. Put it back, or make another installation.`,
  persistentNodes: (fleet: string, setting: string, wanted: string, standing: string) =>
    `nodes.${setting} of fleet ${fleet} is ${wanted}, but its nodes stand with ${standing}. Nodes that stay are not replaced under running jobs: put it back, add a fleet with the other nodes, and take this one out when workflows have moved.`,
};

/** Values in those sentences that have no name of their own. */
export const OWN_VPC = "a VPC of its own";
export const OWN_KEY = "a key of the stack's own";
export const OWN_ROLE = "a role of the stack's own";
export const OWN_CLUSTER = "a cluster of its own";
