import { arnParts } from "../config/fields/arn";
import type { FleetConfig } from "../config/fleet";
import { offeringOf } from "../facts/offerings";
import { candidates } from "../placement/candidates";
import { prefixDelegation } from "../config/cluster";
import type { Refuse } from "./refuse";
import type { Rule, ToldRule } from "./rule";

/** vCPUs from which EKS lets a node have 250 pods; below it is 110 (EKS user guide, managed node groups). */
const MANY_PODS = { vcpu: 30, below: 110, from: 250 };

/** Zones of nodes must be zones that the network has subnets in. */
const zones: Rule = ({ region, network }, { clean, fleets }) => {
  if (!clean("region") || !clean("network")) return;
  const asked = network.mode === "new" && typeof network.availabilityZones !== "number" ? network.availabilityZones : undefined;
  for (const { fleet, refuse } of fleets) {
    fleet.nodes.zones?.forEach((zone, i) => {
      const path = ["nodes", "zones", i];
      if (!zone.startsWith(region)) refuse(path, zone, `a zone of the region ${region}`);
      else if (asked !== undefined && !asked.includes(zone)) refuse(path, zone, `a zone of network.availabilityZones: ${asked.join(", ")}`);
    });
  }
};

/** Reservations are bought as a capacity type of their own, behind a feature gate of Karpenter. */
const reservations: Rule = ({ addons }, { clean, fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const { nodes } = fleet;
    if (nodes.mode === "persistent") {
      if (nodes.capacityReservationId !== undefined && nodes.zones?.length !== 1) {
        refuse(["nodes", "zones"], nodes.zones, "the one zone of nodes.capacityReservationId: in others the nodes could not be launched");
      }
      continue;
    }
    const { capacityReservations: wanted, capacityTypes } = nodes;
    const reserved = capacityTypes.includes("reserved");
    if (wanted === undefined) {
      if (reserved) refuse(["nodes", "capacityReservations"], wanted, "{ids: […]}, {tags: {…}} or {open: true}: capacityTypes has reserved, and Karpenter uses no reservation that is not selected");
      continue;
    }
    if (wanted.ids === undefined && wanted.tags === undefined && !wanted.open) {
      refuse(["nodes", "capacityReservations"], wanted, "ids, tags or open: true");
    }
    if (!reserved) refuse(["nodes", "capacityTypes"], capacityTypes, `reserved among them, such as [reserved, ${capacityTypes.join(", ")}], for capacityReservations to be used`);
    if (clean("addons") && addons.karpenter.mode === "install" && !addons.karpenter.featureGates.reservedCapacity) {
      refuse(["nodes", "capacityReservations"], wanted, "nothing while addons.karpenter.featureGates.reservedCapacity is false: Karpenter then selects none");
    }
  }
};

const taints: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const seen = fleet.nodes.startupTaints.map(({ key, effect }) => `${key} ${effect}`);
    fleet.nodes.startupTaints.forEach((taint, i) => {
      if (seen.indexOf(seen[i]!) < i) refuse(["nodes", "startupTaints", i], taint, "each key once for an effect: this stands above already");
    });
  }
};

/** More pods than a node has addresses would start and then wait for one. */
const maxPods: Rule = ({ cluster }, { clean, fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const { maxPods: most } = fleet.nodes;
    if (most === undefined) continue;
    const delegated = !clean("cluster") || cluster.mode === "existing" || prefixDelegation(cluster);
    const smallest = [...candidates(fleet.nodes).types].sort((a, b) => a.maxPods - b.maxPods)[0];
    if (!delegated && smallest !== undefined && most > smallest.maxPods) {
      refuse(["nodes", "maxPods"], most, `at most ${smallest.maxPods}, the addresses that ${smallest.name} has for pods; or cluster.addons.vpc-cni: {prefixDelegation: true}`);
    }
    eksLimit(fleet, most, refuse);
  }
};

/** A managed node group keeps the kubelet to AWS's recommendation, unless it has an AMI of one's own. */
function eksLimit({ nodes }: FleetConfig, most: number, refuse: Refuse): void {
  if (nodes.mode !== "persistent" || nodes.ami !== undefined) return;
  const vcpu = offeringOf(nodes.instanceType)?.vcpu ?? candidates(nodes).types[0]?.vcpu;
  const limit = vcpu === undefined || vcpu >= MANY_PODS.vcpu ? MANY_PODS.from : MANY_PODS.below;
  if (most > limit) refuse(["nodes", "maxPods"], most, `at most ${limit}, which EKS allows a node group of this size`);
}

/** What a node group takes from its AMI alone, and cannot be told besides. */
const amis: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const { nodes } = fleet;
    if (nodes.mode === "persistent" && nodes.ami !== undefined && nodes.releaseVersion !== undefined) {
      refuse(["nodes", "releaseVersion"], nodes.releaseVersion, "nothing beside nodes.ami, which is a release of its own");
    }
  }
};

/** One place says whether images are pulled in parallel. */
const fastPulls: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of fleets) {
    const { fastImagePull, userData } = fleet.nodes;
    if (fastImagePull !== undefined && userData?.nodeConfig?.featureGates?.FastImagePull !== undefined) {
      refuse(["nodes", "fastImagePull"], fastImagePull, "nothing beside nodes.userData.nodeConfig.featureGates.FastImagePull, which says the same");
    }
  }
};

/** Roles that exist: whole, in the account, and not of two kinds at once. */
const roles: Rule = ({ account, cluster }, { clean, refuse, fleets }) => {
  if (!clean("cluster")) return;
  const { roleArn, instanceProfile, accessEntry, sessionManager } = cluster.runnerNodes;
  const at = (key: string) => ["cluster", "runnerNodes", key];
  const place = (path: readonly (string | number)[], arn: string, inFleet = refuse) => {
    if (clean("account") && account !== undefined && arnParts(arn)?.account !== account) inFleet(path, arn, `a role of the account ${account}: EKS lets in no node of another`);
  };
  if (roleArn !== undefined) place(at("roleArn"), roleArn);
  if (roleArn !== undefined && instanceProfile === undefined) refuse(at("instanceProfile"), undefined, "the instance profile that holds cluster.runnerNodes.roleArn: Karpenter launches nodes with it");
  if (roleArn === undefined && instanceProfile !== undefined) refuse(at("roleArn"), undefined, "the role in cluster.runnerNodes.instanceProfile: it needs an access entry, and Karpenter must pass it");
  if (roleArn === undefined && !accessEntry) refuse(at("accessEntry"), false, "true: only a role that exists can have one already");
  if (roleArn !== undefined && !accessEntry && cluster.mode === "new") refuse(at("accessEntry"), false, "true in a new cluster, which has no access entry for the role");
  if (roleArn !== undefined && sessionManager) refuse(at("sessionManager"), true, "false: the role is yours, so attach AmazonSSMManagedInstanceCore to it yourself");
  for (const { fleet, refuse: inFleet } of fleets) {
    const own = fleet.nodes.mode === "persistent" ? fleet.nodes.roleArn : undefined;
    if (own === undefined) continue;
    place(["nodes", "roleArn"], own, inFleet);
    if (own === roleArn) inFleet(["nodes", "roleArn"], own, "another role than cluster.runnerNodes.roleArn: EKS makes the access entry of a node group's role itself, and takes one for each role");
  }
};

export const nodeRules: readonly ToldRule[] = [
  { check: zones, says: ["`nodes.zones` are zones of the region and of `network.availabilityZones`."] },
  { check: reservations, says: ["`capacityReservations` and the capacity type `reserved` come together, with Karpenter's feature gate on; a `capacityReservationId` has its one zone in `nodes.zones`."] },
  { check: taints, says: ["`nodes.startupTaints` have each key once for an effect."] },
  { check: maxPods, says: ["`nodes.maxPods` is at most what the smallest type has addresses for, unless vpc-cni has `prefixDelegation`, and what EKS allows a node group."] },
  { check: amis, says: ["Nodes that stay have `ami` or `releaseVersion`, not both."] },
  { check: fastPulls, says: ["`nodes.fastImagePull` is not said again in `nodes.userData`."] },
  { check: roles, says: ["`cluster.runnerNodes.roleArn` and `instanceProfile` come together and are of `account`; `accessEntry: false` and no `sessionManager` only with a role that exists; `nodes.roleArn` is another role."] },
];
