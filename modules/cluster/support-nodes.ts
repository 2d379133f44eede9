import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Token, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { NewClusterConfig } from "../config/cluster";
import { ec2Principal, Role, serviceTrust } from "../cdktf/iam";
import { encodedUserData } from "../cdktf/user-data";
import type { UserDataPart } from "../contract/node-user-data";
import { SUPPORT_LABEL, SUPPORT_TAINT } from "../contract/support-contract";
import { nodeGroupName, nodeLaunchTemplate } from "./node-launch-template";
import { NODE_POLICIES } from "./runner-node-identity";

export interface SupportNodesProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly subnetIds: string[];
  readonly supportNodes: NewClusterConfig["supportNodes"];
  /** Parts of user data besides what EKS gives. */
  readonly userData: readonly UserDataPart[];
  readonly tags: Record<string, string>;
  /** Attach the CNI policy to the nodes' role: where vpc-cni has no role of its own. */
  readonly cniPolicy: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * The small managed node group for controllers: tainted, encrypted, without a way from pods to the node's role.
 *
 * @example
 * new SupportNodes(stack, "support-nodes", {
 *   name: "dagger-ci", region: "eu-west-1", account, clusterName: "dagger-ci", kubernetesVersion: "1.35",
 *   subnetIds, supportNodes: config.cluster.supportNodes, userData: [], tags: {}, cniPolicy: false, dependsOn: [],
 * });
 */
export class SupportNodes extends Construct {
  readonly nodeGroup: EksNodeGroup;

  constructor(scope: Construct, id: string, props: SupportNodesProps) {
    super(scope, id);
    const { name, supportNodes } = props;
    const role = supportNodes.roleArn === undefined ? this.role(props) : { arn: supportNodes.roleArn, attachments: [] };
    const template = new LaunchTemplate(
      this,
      "launch-template",
      {
        ...nodeLaunchTemplate({ name: `${name}-support`, diskGb: supportNodes.diskGb, kmsKeyArn: supportNodes.rootDiskKmsKeyArn, tags: props.tags }),
        ...(props.userData.length > 0 ? { userData: encodedUserData(props.userData) } : {}),
      },
    );
    this.nodeGroup = new EksNodeGroup(this, "node-group", {
      clusterName: props.clusterName,
      ...nodeGroupName(`${name}-support`),
      nodeRoleArn: role.arn,
      subnetIds: props.subnetIds,
      version: props.kubernetesVersion,
      amiType: supportNodes.architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      instanceTypes: supportNodes.instanceTypes,
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: supportNodes.count, desiredSize: supportNodes.count, maxSize: supportNodes.count + 1 },
      updateConfig: { maxUnavailable: 1 },
      labels: { [SUPPORT_LABEL.key]: SUPPORT_LABEL.value },
      taint: [{ key: SUPPORT_TAINT.key, value: SUPPORT_TAINT.value, effect: "NO_SCHEDULE" }],
      // Controllers move to the new nodes when another type, architecture or zone makes a new group.
      lifecycle: { createBeforeDestroy: true },
      dependsOn: [...props.dependsOn, ...role.attachments],
    });
  }

  private role({ name, region, account, cniPolicy }: SupportNodesProps): Role {
    return new Role(this, "node", {
      name: `${name}-support-node`,
      region,
      trust: serviceTrust(ec2Principal(region), account),
      awsPolicies: [...NODE_POLICIES, "AmazonSSMManagedInstanceCore", ...(cniPolicy ? ["AmazonEKS_CNI_Policy"] : [])],
    });
  }
}
