import { isAmiId, type Ami } from "../config/fields/ami";
import type { AutoscaledFleet } from "../config/fleet";
import type { AutoscaledNodes } from "../config/nodes";

export interface NodeClassContext {
  /** AMI of nodes for which the fleet names none. */
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
export function nodeClass(fleet: Pick<AutoscaledFleet, "inCluster" | "nodes">, context: NodeClassContext) {
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    metadata: { name: fleet.inCluster },
    spec: {
      ...amiOf(fleet.nodes.ami ?? context.ami),
      instanceProfile: context.instanceProfile,
      subnetSelectorTerms: context.subnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: context.securityGroupIds.map((id) => ({ id })),
      ...reservationsOf(fleet.nodes),
      instanceStorePolicy: "RAID0",
      ...(fleet.nodes.maxPods === undefined ? {} : { kubelet: { maxPods: fleet.nodes.maxPods } }),
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          rootVolume: true,
          ebs: {
            volumeType: "gp3",
            volumeSize: `${fleet.nodes.rootDiskGb}Gi`,
            encrypted: true,
            ...(fleet.nodes.rootDiskKmsKeyArn === undefined ? {} : { kmsKeyID: fleet.nodes.rootDiskKmsKeyArn }),
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

/** The family says how a node is told what it is; an alias has it in itself. Tags of others' AMIs cannot be seen. */
function amiOf(ami: Ami) {
  if (isAmiId(ami)) return { amiFamily: "AL2023", amiSelectorTerms: [{ id: ami }] };
  if (typeof ami === "string") return { amiSelectorTerms: [{ alias: ami }] };
  return { amiFamily: "AL2023", amiSelectorTerms: ["tags" in ami ? { tags: ami.tags, owner: "self" } : { ssmParameter: ami.ssmParameter }] };
}

function reservationsOf({ capacityReservations: wanted }: AutoscaledNodes) {
  if (wanted === undefined) return {};
  const terms = [
    ...(wanted.ids ?? []).map((id) => ({ id })),
    ...(wanted.tags === undefined ? [] : [{ tags: wanted.tags }]),
    ...(wanted.open ? [{ instanceMatchCriteria: "open" }] : []),
  ];
  return { capacityReservationSelectorTerms: terms };
}
