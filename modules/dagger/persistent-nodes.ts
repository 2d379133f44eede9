import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { NODE_POLICIES } from "../cluster/runner-node-identity";
import { nodeGroupName, nodeLaunchTemplate } from "../cluster/node-launch-template";
import type { PersistentFleet } from "../config/fleet";
import { ec2Principal, Role, serviceTrust } from "../cdktf/iam";
import { asConditions, literal, type Standing } from "../cdktf/standing";
import { encodedUserData } from "../cdktf/user-data";
import { nodeConfigPart, ownParts, type UserDataPart } from "../contract/node-user-data";
import { fleetContract, type FleetContract } from "../contract/fleet-contract";
import { frozen } from "../contract/frozen";

export interface PersistentNodesProps {
  /** Name of the installation; prefix of AWS names. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  /** What a node with an AMI of one's own must be told, since EKS tells it nothing. Default of the range: it is looked up. */
  readonly joining: { readonly endpoint: string; readonly ca: string; readonly serviceCidr?: string };
  readonly fleet: PersistentFleet;
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** Parts of user data besides the disks'. Default: none. */
  readonly userData?: readonly UserDataPart[];
  readonly tags: Readonly<Record<string, string>>;
  readonly cniPolicy: boolean;
}

const EFFECTS = { NoSchedule: "NO_SCHEDULE", NoExecute: "NO_EXECUTE", PreferNoSchedule: "PREFER_NO_SCHEDULE" } as const;

/** Makes one array of the NVMe disks and mounts it, before the node joins; nodeadm merges this with what EKS gives. */
const NODE_CONFIG: UserDataPart = {
  type: "application/node.eks.aws",
  text: ["apiVersion: node.eks.aws/v1alpha1", "kind: NodeConfig", "spec:", "  instance:", "    localStorage:", "      strategy: RAID0"].join("\n"),
};

/**
 * Nodes of a fleet that stay: the base pattern of Dagger's guide. A managed node group of a fixed size with the label,
 * taint and disks that Karpenter's nodes of a fleet have. EKS makes its access entry, so it has a role of its own.
 *
 * EKS drains the nodes of a group that goes for five minutes, and then ends them with the jobs on them. So a group that
 * stands is never made again: other nodes are another fleet, and the old one leaves after its jobs.
 *
 * @example
 * new PersistentNodes(stack, "nodes", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci",
 *   joining: { endpoint: cluster.cluster_endpoint, ca: cluster.cluster_ca },
 *   fleet: persistentFleet, vpcId: "vpc-0a", subnetIds, securityGroupIds, tags: {}, cniPolicy: false,
 * });
 */
export class PersistentNodes extends Construct {
  readonly nodeGroup: EksNodeGroup;

  constructor(scope: Construct, id: string, props: PersistentNodesProps) {
    super(scope, id);
    const { fleet } = props;
    const { nodes } = fleet;
    const { nodeLabels, taint } = fleetContract(fleet);
    const nodeName = `${props.name}-${fleet.name}`;
    const role = this.role(nodeName, props);
    const subnetIds = this.subnets(props);
    const template = new LaunchTemplate(this, "launch-template", {
      ...nodeLaunchTemplate({ name: nodeName, diskGb: nodes.rootDiskGb, kmsKeyArn: nodes.rootDiskKmsKeyArn, tags: props.tags }),
      ...(nodes.ami === undefined ? {} : { imageId: nodes.ami }),
      ...(nodes.capacityReservationId === undefined
        ? {}
        : { capacityReservationSpecification: { capacityReservationTarget: { capacityReservationId: nodes.capacityReservationId } } }),
      vpcSecurityGroupIds: props.securityGroupIds,
      userData: encodedUserData([NODE_CONFIG, ...(props.userData ?? []), ...ownParts(nodes), ...this.joining(props, fleetContract(fleet)), ...podLimit(nodes.maxPods)]),
      // A new tag is no reason for EKS to replace every node.
      lifecycle: { ignoreChanges: ["tag_specifications"] },
    });
    const eksAmi = nodes.architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
    this.nodeGroup = new EksNodeGroup(this, "node-group", {
      clusterName: props.clusterName,
      ...nodeGroupName(nodeName),
      nodeRoleArn: role.arn,
      subnetIds,
      // EKS takes neither with an AMI of one's own.
      ...(nodes.ami === undefined ? { amiType: eksAmi } : {}),
      ...(nodes.releaseVersion === undefined ? {} : { releaseVersion: nodes.releaseVersion }),
      capacityType: "ON_DEMAND",
      instanceTypes: [nodes.instanceType],
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: nodes.count, desiredSize: nodes.count, maxSize: nodes.count + 1 },
      updateConfig: { maxUnavailable: 1 },
      labels: nodeLabels,
      taint: [taint, ...nodes.startupTaints].map(({ key, value, effect }) => ({ key, ...(value === undefined ? {} : { value }), effect: EFFECTS[effect] })),
      lifecycle: {
        createBeforeDestroy: true,
        // A zone that is added takes the nodes of new fleets.
        ignoreChanges: ["ami_type", "instance_types", "node_role_arn", "subnet_ids"],
        ...(nodes.zones === undefined ? {} : { precondition: asConditions(someSubnet(fleet.name, nodes.zones, subnetIds)) }),
        postcondition: asConditions(...conditions(fleet, { eksAmi, roleArn: role.arn, subnetIds })),
      },
      dependsOn: [...role.attachments],
    });
  }

  /** Which subnet is in which zone, AWS alone knows: a zone that was added later is not where the alphabet would put it. */
  private subnets({ fleet, vpcId, subnetIds }: PersistentNodesProps): string[] {
    if (fleet.nodes.zones === undefined) return subnetIds;
    const filter = [
      { name: "vpc-id", values: [vpcId] },
      { name: "subnet-id", values: subnetIds },
      { name: "availability-zone", values: fleet.nodes.zones },
    ];
    return new DataAwsSubnets(this, "subnets", { filter }).ids;
  }

  private role(nodeName: string, { fleet, region, account, cniPolicy }: PersistentNodesProps): Pick<Role, "arn" | "attachments"> {
    if (fleet.nodes.roleArn !== undefined) return { arn: fleet.nodes.roleArn, attachments: [] };
    return new Role(this, "node", {
      name: `${nodeName}-node`,
      region,
      trust: serviceTrust(ec2Principal(region), account),
      awsPolicies: [...NODE_POLICIES, ...(cniPolicy ? ["AmazonEKS_CNI_Policy"] : [])],
    });
  }

  /**
   * How a node with an AMI of one's own finds its cluster. EKS would set the taints after the node has joined, when pods of
   * others may be on it (EKS user guide, conditions when specifying an AMI).
   */
  private joining({ fleet, joining, clusterName }: PersistentNodesProps, { nodeLabels, taint }: FleetContract): UserDataPart[] {
    if (fleet.nodes.ami === undefined) return [];
    const cidr = joining.serviceCidr ?? new DataAwsEksCluster(this, "cluster", { name: clusterName }).kubernetesNetworkConfig.get(0).serviceIpv4Cidr;
    return [
      nodeConfigPart({
        cluster: { name: clusterName, apiServerEndpoint: joining.endpoint, certificateAuthority: joining.ca, cidr },
        kubelet: {
          config: { registerWithTaints: [taint, ...fleet.nodes.startupTaints] },
          flags: [`--node-labels=${Object.entries(nodeLabels).map(([key, value]) => `${key}=${value}`).join(",")}`],
        },
      }),
    ];
  }
}

/** As a flag: EKS gives its own number in the kubelet's configuration, over which flags go. */
const podLimit = (maxPods: number | undefined): UserDataPart[] => (maxPods === undefined ? [] : [nodeConfigPart({ kubelet: { flags: [`--max-pods=${maxPods}`] } })]);

/** What must not change while the nodes stand. */
function conditions({ name, nodes }: PersistentFleet, wanted: { eksAmi: string; roleArn: string; subnetIds: string[] }): Standing[] {
  const elsewhere = `setsubtract(self.subnet_ids, ${listed(wanted.subnetIds)})`;
  const differs = (setting: string, to: string, standing: string) => frozen.persistentNodes(name, setting, to, standing);
  return [
    {
      holds: `self.instance_types[0] == ${literal(nodes.instanceType)}`,
      sentence: differs("instanceType", nodes.instanceType, "${self.instance_types[0]}"),
    },
    // EKS knows no way from its own AMIs to another's, nor back.
    ...(nodes.ami === undefined
      ? [
          { holds: `self.ami_type == "CUSTOM" || self.ami_type == ${literal(wanted.eksAmi)}`, sentence: differs("architecture", nodes.architecture, "${self.ami_type}") },
          { holds: 'self.ami_type != "CUSTOM"', sentence: differs("ami", "EKS's own", "an AMI of their own") },
        ]
      : [{ holds: 'self.ami_type == "CUSTOM"', sentence: differs("ami", nodes.ami, "${self.ami_type}") }]),
    { holds: `self.node_role_arn == ${literal(wanted.roleArn)}`, sentence: differs("roleArn", nodes.roleArn ?? "the stack's own", "${self.node_role_arn}") },
    ...(nodes.zones === undefined
      ? []
      : [{ holds: `length(${elsewhere}) == 0`, sentence: differs("zones", nodes.zones.join(", "), `\${join(", ", ${elsewhere})}`) }]),
  ];
}

const listed = (subnetIds: string[]) => `split(",", ${literal(Fn.join(",", subnetIds))})`;

/** Subnets are looked up by zone: there may be none. */
const someSubnet = (fleet: string, zones: readonly string[], subnetIds: string[]): Standing => ({
  holds: `length(${listed(subnetIds)}) > 0 && ${literal(Fn.join(",", subnetIds))} != ""`,
  sentence: `nodes.zones of fleet ${fleet} is ${zones.join(", ")}, but none of the private subnets is there. Name zones that network has.`,
});
