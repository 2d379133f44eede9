import { isAutoscaled } from "../../modules/config/fleet";
import { pathText } from "../../modules/config/problems";
import type { Config } from "../../modules/config/schema";
import { existingRoles } from "../../modules/contract/existing-roles";
import { ok, problem, type Finding } from "../findings";
import { instanceTypes } from "../../modules/facts/instance-types";
import { qualify } from "../../modules/placement/qualify";
import type { AwsAccount } from "./aws-account";
import { existingCluster } from "./existing-cluster";
import { nodeChecks } from "./node-checks";
import { guarded } from "./guarded";

/** EC2's vCPU quotas for the instance families that fleets may use (C, M, R, I, Z and the like). */
const QUOTAS = { "on-demand": "L-1216C47A", spot: "L-34B43A08" } as const;
/** The service-linked role without which EC2 sells no spot instance. */
const SPOT_ROLE = "AWSServiceRoleForEC2Spot";

/** Everything about the AWS account that a deploy will need. */
export const awsChecks = async (config: Config, account: AwsAccount): Promise<Finding[]> =>
  (
    await Promise.all([
      guarded("AWS account", () => identity(config, account)),
      guarded("availability zones", () => zones(config, account)),
      guarded("instance types", () => offerings(config, account)),
      guarded("vCPU quota", () => quotas(config, account)),
      guarded("spot role", () => spotRole(config, account)),
      ...existingRoles(config).map(([path, arn]) => guarded(pathText(path), () => roleThatExists(pathText(path), arn, account))),
      nodeChecks(config, account),
      existingCluster(config, account),
    ])
  ).flat();

async function identity(config: Config, account: AwsAccount): Promise<Finding[]> {
  const { account: id, arn } = await account.identity();
  if (config.account !== undefined && config.account !== id) {
    return [problem("AWS account", `credentials are for ${id}, the configuration is for ${config.account}: change one`)];
  }
  return [ok("AWS account", `${id}, as ${arn}`)];
}

/** The zones that subnets will be in: as configured, or the first ones by name. */
async function chosenZones({ network }: Config, account: AwsAccount): Promise<readonly string[]> {
  if (network.mode === "existing") return [];
  const { availabilityZones } = network;
  if (typeof availabilityZones !== "number") return availabilityZones;
  return [...(await account.zones())].sort().slice(0, availabilityZones);
}

async function zones(config: Config, account: AwsAccount): Promise<Finding[]> {
  const subject = "availability zones";
  const { network } = config;
  if (network.mode === "existing") return [];
  const present = await account.zones();
  const wanted = await chosenZones(config, account);
  const missing = wanted.filter((zone) => !present.includes(zone));
  if (missing.length > 0) {
    return [problem(subject, `the account has no ${missing.join(", ")}; it has ${present.join(", ")}`)];
  }
  if (typeof network.availabilityZones === "number" && wanted.length < network.availabilityZones) {
    return [problem(subject, `${network.availabilityZones} are wanted, the account has ${present.join(", ")}`)];
  }
  return [ok(subject, wanted.join(", "))];
}

async function offerings(config: Config, account: AwsAccount): Promise<Finding[]> {
  const groups = [
    ...(config.cluster.mode === "new" ? [["support nodes", config.cluster.supportNodes.instanceTypes, undefined] as const] : []),
    ...config.fleets.map((fleet) => {
      const names = isAutoscaled(fleet)
        ? qualify(fleet.nodes).types.map(({ name }) => name)
        : instanceTypes.map(({ name }) => name).filter((name) => fleet.nodes.mode === "persistent" && name === fleet.nodes.instanceType);
      return [`fleet ${fleet.name}`, names, fleet.nodes.zones] as const;
    }),
  ];
  const sold = await account.offerings([...new Set(groups.flatMap(([, names]) => names))]);
  const wanted = await chosenZones(config, account);
  return groups.map(([group, names, zonesOfFleet]) => {
    const subject = `instance types, ${group}`;
    const here = names.filter((name) => sold.has(name));
    if (here.length === 0) return problem(subject, `none of its ${names.length} types is sold in ${config.region}: widen the choice`);
    const without = (zonesOfFleet ?? wanted).filter((zone) => !here.some((name) => sold.get(name)?.includes(zone)));
    if (without.length > 0) return problem(subject, `none is sold in ${without.join(", ")}: choose other zones or types`);
    return ok(subject, `${here.length} of ${names.length} are sold in ${config.region}`);
  });
}

async function quotas(config: Config, account: AwsAccount): Promise<Finding[]> {
  const vcpuOf = (name: string) => instanceTypes.find((type) => type.name === name)?.vcpu ?? 0;
  const wanted = { "on-demand": 0, spot: 0 };
  for (const fleet of config.fleets) {
    if (!isAutoscaled(fleet)) {
      if (fleet.nodes.mode === "persistent") wanted["on-demand"] += fleet.nodes.count * vcpuOf(fleet.nodes.instanceType);
      continue;
    }
    // A capacity reservation takes of the same quota as what is bought on demand.
    const kinds = new Set(fleet.nodes.capacityTypes.map((type) => (type === "reserved" ? "on-demand" : type)));
    for (const capacity of kinds) wanted[capacity] += fleet.nodes.vcpuLimit;
  }
  const kinds = (["on-demand", "spot"] as const).filter((kind) => wanted[kind] > 0);
  return Promise.all(
    kinds.map(async (kind) => {
      const subject = `vCPU quota, ${kind}`;
      const value = await account.quota(QUOTAS[kind]);
      return value >= wanted[kind]
        ? ok(subject, `${value}, fleets may use ${wanted[kind]}`)
        : problem(subject, `${value}, fleets may use ${wanted[kind]}: ask AWS for more (${QUOTAS[kind]}), or lower vcpuLimit`);
    }),
  );
}

async function roleThatExists(setting: string, arn: string, account: AwsAccount): Promise<Finding[]> {
  const name = arn.replace(/^.*\//, "");
  return [(await account.hasRole(name)) ? ok(setting, name) : problem(setting, `the account has no role ${name}: make it, as docs/roles.md says, or leave the setting out`)];
}

async function spotRole(config: Config, account: AwsAccount): Promise<Finding[]> {
  const spot = config.fleets.some((fleet) => isAutoscaled(fleet) && fleet.nodes.capacityTypes.includes("spot"));
  const { spotServiceLinkedRole: makes } = config.cluster;
  if (!spot && !makes) return [];
  const present = await account.hasRole(SPOT_ROLE);
  if (present && makes) return [problem("spot role", "the account has it already: set cluster.spotServiceLinkedRole: false")];
  if (!present && !makes) return [problem("spot role", "the account has none: set cluster.spotServiceLinkedRole: true")];
  return [ok("spot role", present ? SPOT_ROLE : "the cluster stack makes it")];
}
