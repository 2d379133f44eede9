import type { LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";

/** What the launch templates of all managed node groups have in common: disks encrypted, metadata one hop away. */
export const nodeLaunchTemplate = (props: {
  readonly name: string;
  /** Size of the root disk, GiB. */
  readonly diskGb: number;
  /** Tags for instances, disks and network interfaces, which provider default tags do not reach. */
  readonly tags: Readonly<Record<string, string>>;
}): LaunchTemplateConfig => ({
  name: props.name,
  updateDefaultVersion: true,
  metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [
    {
      deviceName: "/dev/xvda",
      ebs: { volumeType: "gp3", volumeSize: props.diskGb, encrypted: "true", deleteOnTermination: "true" },
    },
  ],
  tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
    resourceType,
    tags: { Name: props.name, ...props.tags },
  })),
});
