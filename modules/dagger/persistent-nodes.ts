import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { NODE_POLICIES } from "../cluster/runner-node-identity";
import { nodeGroupName, nodeLaunchTemplate } from "../cluster/node-launch-template";
import type { PersistentFleet } from "../config/fleet";
import { ec2Principal, Role, serviceTrust } from "../cdktf/iam";
import { asConditions, literal } from "../cdktf/standing";
import { encodedUserData } from "../cdktf/user-data";
import type { UserDataPart } from "../contract/node-user-data";
import { fleetContract } from "../contract/fleet-contract";
import { frozen } from "../contract/frozen";

export interface PersistentNodesProps {
  /** Name of the installation; prefix of AWS names. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  readonly fleet: PersistentFleet;
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** Parts of user data besides the disks'. Default: none. */
  readonly userData?: readonly UserDataPart[];
  readonly tags: Readonly<Record<string, string>>;
  readonly cniPolicy: boolean;
}

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
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci", fleet: persistentFleet,
 *   subnetIds, securityGroupIds, tags: {}, cniPolicy: false,
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
    const role = new Role(this, "node", {
      name: `${nodeName}-node`,
      region: props.region,
      trust: serviceTrust(ec2Principal(props.region), props.account),
      awsPolicies: [...NODE_POLICIES, ...(props.cniPolicy ? ["AmazonEKS_CNI_Policy"] : [])],
    });
    const template = new LaunchTemplate(this, "launch-template", {
      ...nodeLaunchTemplate({ name: nodeName, diskGb: nodes.rootDiskGb, tags: props.tags }),
      vpcSecurityGroupIds: props.securityGroupIds,
      userData: encodedUserData([NODE_CONFIG, ...(props.userData ?? [])]),
      // A new tag is no reason for EKS to replace every node.
      lifecycle: { ignoreChanges: ["tag_specifications"] },
    });
    const amiType = nodes.architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
    this.nodeGroup = new EksNodeGroup(this, "node-group", {
      clusterName: props.clusterName,
      ...nodeGroupName(nodeName),
      nodeRoleArn: role.arn,
      subnetIds: props.subnetIds,
      amiType,
      ...(nodes.releaseVersion === undefined ? {} : { releaseVersion: nodes.releaseVersion }),
      capacityType: "ON_DEMAND",
      instanceTypes: [nodes.instanceType],
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: nodes.count, desiredSize: nodes.count, maxSize: nodes.count + 1 },
      updateConfig: { maxUnavailable: 1 },
      labels: nodeLabels,
      taint: [{ key: taint.key, value: taint.value, effect: "NO_SCHEDULE" }],
      lifecycle: {
        createBeforeDestroy: true,
        // A zone that is added takes the nodes of new fleets.
        ignoreChanges: ["ami_type", "instance_types", "subnet_ids"],
        postcondition: asConditions(
          {
            holds: `self.instance_types[0] == ${literal(nodes.instanceType)}`,
            sentence: frozen.persistentNodes(fleet.name, "instanceType", nodes.instanceType, "${self.instance_types[0]}"),
          },
          {
            holds: `self.ami_type == ${literal(amiType)}`,
            sentence: frozen.persistentNodes(fleet.name, "architecture", nodes.architecture, "${self.ami_type}"),
          },
        ),
      },
      dependsOn: [...role.attachments],
    });
  }
}
