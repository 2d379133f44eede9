import { fleetAmi, type AutoscaledFleet } from "../config/fleet";

export interface NodeClassContext {
  readonly ami: string;
  readonly instanceProfile: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** What a node is told at its start, besides what Karpenter tells it. */
  readonly userData?: string;
  /** Tags of instances, disks and network interfaces. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * EC2NodeClass of a fleet. Every field with a default is written out, so that a second plan is empty.
 * `RAID0` makes one array of the NVMe disks, and tells Karpenter that pods may have it as ephemeral storage.
 */
export function nodeClass(fleet: Pick<AutoscaledFleet, "name" | "nodes">, context: NodeClassContext) {
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    metadata: { name: fleet.name },
    spec: {
      amiSelectorTerms: [{ alias: fleetAmi(fleet, context.ami) }],
      instanceProfile: context.instanceProfile,
      subnetSelectorTerms: context.subnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: context.securityGroupIds.map((id) => ({ id })),
      instanceStorePolicy: "RAID0",
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          rootVolume: true,
          ebs: {
            volumeType: "gp3",
            volumeSize: `${fleet.nodes.rootDiskGb}Gi`,
            encrypted: true,
            deleteOnTermination: true,
          },
        },
      ],
      // One hop: pods do not reach the node's role through the metadata service.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpProtocolIPv6: "disabled",
        httpPutResponseHopLimit: 1,
        httpTokens: "required",
      },
      ...(context.userData === undefined ? {} : { userData: context.userData }),
      ...(Object.keys(context.tags).length > 0 ? { tags: context.tags } : {}),
    },
  };
}
