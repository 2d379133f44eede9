import {
  DeleteLaunchTemplateCommand,
  DeleteNetworkInterfaceCommand,
  DeleteVolumeCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVolumes,
  TerminateInstancesCommand,
  waitUntilInstanceTerminated,
} from "@aws-sdk/client-ec2";

/** Something that a controller made outside Terraform and that nobody will take away any more. */
export interface Leftover {
  readonly kind: "instance" | "launch template" | "volume" | "network interface";
  readonly id: string;
  readonly what: string;
}

/** Longest wait for instances to end; interfaces and volumes are free only then. */
const TERMINATION_SECONDS = 600;
/** Order in which things can be deleted. */
const ORDER: readonly Leftover["kind"][] = ["instance", "launch template", "network interface", "volume"];

export interface Search {
  readonly clusterName: string;
  readonly fleets: readonly string[];
  /** The cluster is not ours and lives on: only what was made for our fleets counts. */
  readonly sharedCluster: boolean;
  /** Ids of instances that a cluster still uses. */
  readonly used?: ReadonlySet<string>;
}

/**
 * Finds what Karpenter, the EBS driver and the network plugin made for a cluster and tagged as its own. Instances of
 * managed node groups are not among them: Terraform takes those away.
 */
export async function findLeftovers(ec2: EC2Client, { clusterName, fleets, sharedCluster, used = new Set() }: Search): Promise<Leftover[]> {
  const owned = { Name: `tag:kubernetes.io/cluster/${clusterName}`, Values: ["owned"] };
  const found: Leftover[] = [];
  const byKarpenter = sharedCluster
    ? { Name: "tag:karpenter.sh/nodepool", Values: [...fleets] }
    : { Name: "tag-key", Values: ["karpenter.sh/nodepool"] };
  const states = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: [owned, byKarpenter, states] })) {
    for (const { InstanceId = "", InstanceType = "" } of (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)) {
      if (!used.has(InstanceId)) found.push({ kind: "instance", id: InstanceId, what: InstanceType });
    }
  }
  const templates = sharedCluster ? [owned, { Name: "tag:karpenter.k8s.aws/ec2nodeclass", Values: [...fleets] }] : [owned];
  for await (const page of paginateDescribeLaunchTemplates({ client: ec2 }, { Filters: templates })) {
    for (const { LaunchTemplateId = "", LaunchTemplateName = "" } of page.LaunchTemplates ?? []) {
      found.push({ kind: "launch template", id: LaunchTemplateId, what: LaunchTemplateName });
    }
  }
  if (sharedCluster) return found;
  // An interface that the network plugin left behind carries the cluster's name under another tag.
  for (const tag of [owned, { Name: "tag:cluster.k8s.amazonaws.com/name", Values: [clusterName] }]) {
    const Filters = [tag, { Name: "status", Values: ["available"] }];
    for await (const page of paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters })) {
      for (const { NetworkInterfaceId: id = "", Description = "" } of page.NetworkInterfaces ?? []) {
        if (!found.some((other) => other.id === id)) found.push({ kind: "network interface", id, what: Description });
      }
    }
  }
  for await (const page of paginateDescribeVolumes(
    { client: ec2 },
    { Filters: [owned, { Name: "status", Values: ["available"] }] },
  )) {
    for (const { VolumeId = "", Size = 0 } of page.Volumes ?? []) {
      found.push({ kind: "volume", id: VolumeId, what: `${Size} GiB` });
    }
  }
  return found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Deletes leftovers in the order in which they can be, and says each; instances first, until they have ended. */
export async function deleteLeftovers(
  ec2: EC2Client,
  leftovers: readonly Leftover[],
  say: (line: string) => void,
): Promise<void> {
  const instances = leftovers.filter(({ kind }) => kind === "instance").map(({ id }) => id);
  if (instances.length > 0) {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: instances }));
    say(`waiting for ${instances.length === 1 ? "1 instance" : `${instances.length} instances`} to end`);
    await waitUntilInstanceTerminated({ client: ec2, maxWaitTime: TERMINATION_SECONDS, minDelay: 5 }, { InstanceIds: instances });
  }
  for (const { kind, id } of leftovers) {
    if (kind === "launch template") await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
    if (kind === "network interface") await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    if (kind === "volume") await ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    say(`${kind} ${id} is gone`);
  }
}
