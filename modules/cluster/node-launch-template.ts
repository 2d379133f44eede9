import type { LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";

/** What the launch templates of all managed node groups have in common: disks encrypted, metadata one hop away. */
export const nodeLaunchTemplate = (props: {
  readonly name: string;
  /** Size of the root disk, GiB. */
  readonly diskGb: number;
  /** KMS key of the root disk. Default: the key with which the account encrypts EBS volumes. */
  readonly kmsKeyArn?: string | undefined;
  /** Tags for instances, disks and network interfaces, which provider default tags do not reach. */
  readonly tags: Readonly<Record<string, string>>;
}): LaunchTemplateConfig => ({
  name: props.name,
  updateDefaultVersion: true,
  metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [
    {
      deviceName: "/dev/xvda",
      ebs: { volumeType: "gp3", volumeSize: props.diskGb, encrypted: "true", deleteOnTermination: "true", ...(props.kmsKeyArn === undefined ? {} : { kmsKeyId: props.kmsKeyArn }) },
    },
  ],
  tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
    resourceType,
    tags: { Name: props.name, ...props.tags },
  })),
});

/** Longest prefix of a node group's name: 63 characters, without the 26 that Terraform adds. */
const LONGEST_PREFIX = 37;

/**
 * How a node group is called. A fixed name would have to be free before a group that cannot be changed in place is made
 * again, so its nodes would go first. Long names are cut; what Terraform adds tells them apart.
 */
export const nodeGroupName = (name: string) => ({ nodeGroupNamePrefix: `${name.slice(0, LONGEST_PREFIX - 1)}-` });
