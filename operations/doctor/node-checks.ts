import { isAmiId } from "../../modules/config/fields/ami";
import { isAutoscaled } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { candidates } from "../../modules/placement/candidates";
import { ok, problem, unchecked, type Finding } from "../findings";
import type { AwsAccount } from "./aws-account";
import { guarded } from "./guarded";

/** AWS's own key of EBS, which everybody in the account may use. */
const AWS_OWN = "alias/aws/ebs";
/** States of a reservation in which it holds, or will hold, its instances. */
const STANDING = ["active", "scheduled", "pending"];

/** What nodes take from the account by name: the key of their disks, AMIs, capacity reservations. */
export const nodeChecks = async (config: Config, account: AwsAccount): Promise<Finding[]> =>
  (
    await Promise.all([
      guarded("key of disks", () => diskKey(config, account)),
      guarded("AMIs", () => amis(config, account)),
      guarded("capacity reservations", () => reservations(config, account)),
    ])
  ).flat();

/** Nodes whose disks have a key that Karpenter may not use end as they start, without a word. */
async function diskKey(config: Config, account: AwsAccount): Promise<Finding[]> {
  const subject = "key of disks";
  const { cluster, fleets } = config;
  const byDefault = fleets.filter(({ nodes }) => nodes.rootDiskKmsKeyArn === undefined);
  const found = await account.ebsKey();
  const configured = cluster.diskKmsKeyArn;
  const groups = [
    ...(cluster.mode === "new" ? [cluster.supportNodes.rootDiskKmsKeyArn] : []),
    ...fleets.filter((fleet) => !isAutoscaled(fleet)).map(({ nodes }) => nodes.rootDiskKmsKeyArn),
  ];
  const byGroups = [...new Set(groups.map((key) => key ?? found))].filter((key) => !key.endsWith(AWS_OWN));
  const note = byGroups.length === 0 ? [] : [unchecked(subject, `the policy of ${byGroups.join(", ")} must let AWSServiceRoleForAutoScaling use it, for node groups: docs/nodes.md`)];
  if (found.endsWith(AWS_OWN)) {
    if (configured === undefined) return [ok(subject, "AWS's own"), ...note];
    return [problem(subject, `the account's default is AWS's own, not cluster.diskKmsKeyArn: take that out, or make it the default; for fleets there is nodes.rootDiskKmsKeyArn`), ...note];
  }
  if (!byDefault.some(isAutoscaled)) return [ok(subject, `${found}; every fleet that Karpenter buys nodes for names its own`), ...note];
  if (found.includes(':alias/')) return [unchecked(subject, `the account's default is ${found}: cluster.diskKmsKeyArn must be the key behind it`), ...note];
  if (configured === found) return [ok(subject, found), ...note];
  return [problem(subject, `the account encrypts with ${found} by default: set cluster.diskKmsKeyArn to it, or the nodes of ${byDefault.map(({ name }) => name).join(", ")} end as they start`), ...note];
}

async function amis(config: Config, account: AwsAccount): Promise<Finding[]> {
  const wanted = config.fleets.flatMap(({ name, nodes }) => (nodes.ami !== undefined && isAmiId(nodes.ami) ? [{ name, id: nodes.ami, architecture: nodes.architecture }] : []));
  if (wanted.length === 0) return [];
  const found = await account.images(wanted.map(({ id }) => id));
  return wanted.map(({ name, id, architecture }) => {
    const subject = `AMI, fleet ${name}`;
    const actual = found.get(id);
    if (actual === undefined) return problem(subject, `${id} is not there, or not shared with the account in ${config.region}`);
    return actual === architecture ? ok(subject, id) : problem(subject, `${id} is ${actual}, nodes.architecture is ${architecture}`);
  });
}

async function reservations(config: Config, account: AwsAccount): Promise<Finding[]> {
  const wanted = config.fleets.flatMap((fleet) => {
    const { nodes } = fleet;
    const ids = nodes.mode === "persistent" ? (nodes.capacityReservationId ?? []) : (nodes.capacityReservations?.ids ?? []);
    return [ids].flat().map((id) => ({ fleet, id }));
  });
  if (wanted.length === 0) return [];
  const found = await account.reservations(wanted.map(({ id }) => id));
  return wanted.map(({ fleet: { name, nodes }, id }) => {
    const subject = `capacity reservation, fleet ${name}`;
    const it = found.get(id);
    if (it === undefined) return problem(subject, `${id} is not there, or not shared with the account in ${config.region}`);
    const { zone, instanceType, state, total } = it;
    if (!STANDING.includes(state)) return problem(subject, `${id} is ${state}`);
    if (nodes.zones !== undefined && !nodes.zones.includes(zone)) return problem(subject, `${id} is in ${zone}, nodes.zones is ${nodes.zones.join(", ")}`);
    if (!candidates(nodes).types.some((type) => type.name === instanceType)) return problem(subject, `${id} is of ${instanceType}, which the fleet's settings leave no node of: npm run placement`);
    if (nodes.mode === "persistent" && nodes.count > total) return problem(subject, `${id} has ${total} instances, nodes.count is ${nodes.count}`);
    return ok(subject, `${id}: ${total} x ${instanceType} in ${zone}`);
  });
}
