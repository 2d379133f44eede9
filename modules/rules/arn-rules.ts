import { arnParts } from "../config/fields/arn";
import { existingRoles } from "../contract/existing-roles";
import { partitionOf } from "../facts/regions";
import type { Path, Rule, ToldRule } from "./rule";

/** ARNs must be of the region's partition; those of keys and secrets of the region itself. */
const places: Rule = (config, { clean, refuse, fleets }) => {
  if (!clean("region")) return;
  const { region } = config;
  const check = (path: Path, arn: string | undefined, place?: string, refuseHere = refuse) => {
    const parts = arn === undefined ? undefined : arnParts(arn);
    if (parts === undefined) return;
    const partition = partitionOf(region);
    if (parts.partition !== partition) refuseHere(path, arn, `an ARN of the partition ${partition}, in which ${region} is: arn:${partition}:…`);
    else if (place !== undefined && parts.region !== place) refuseHere(path, arn, `an ARN of the region ${place}`);
  };
  if (clean("cluster") && config.cluster.mode === "new") {
    const { kmsKeyArn, admins, viewers, supportNodes } = config.cluster;
    check(["cluster", "kmsKeyArn"], kmsKeyArn, region);
    admins.forEach((arn, i) => check(["cluster", "admins", i], arn));
    viewers.forEach((arn, i) => check(["cluster", "viewers", i], arn));
    check(["cluster", "supportNodes", "rootDiskKmsKeyArn"], supportNodes.rootDiskKmsKeyArn, region);
  }
  if (clean("network") && clean("cluster") && clean("addons")) {
    for (const [path, arn] of existingRoles({ ...config, fleets: [] })) check(path, arn);
  }
  if (clean("cluster")) {
    check(["cluster", "permissionsBoundary"], config.cluster.permissionsBoundary);
    check(["cluster", "diskKmsKeyArn"], config.cluster.diskKmsKeyArn, region);
  }
  if (clean("delivery")) {
    config.delivery?.secretsKmsKeyArns.forEach((arn, i) => check(["delivery", "secretsKmsKeyArns", i], arn, region));
  }
  if (clean("seeds")) check(["seeds", "kmsKeyArn"], config.seeds.kmsKeyArn, region);
  if (clean("assumeRole")) check(["assumeRole", "roleArn"], config.assumeRole?.roleArn);
  if (clean("state") && config.state.type === "s3") {
    check(["state", "kmsKeyArn"], config.state.kmsKeyArn, config.state.region ?? region);
    if (config.state.assumeRole) check(["state", "assumeRole", "roleArn"], config.state.assumeRole.roleArn);
  }
  for (const { fleet, index } of fleets) {
    const { nodes } = fleet;
    const at = (key: string): Path => ["fleets", index, "nodes", key];
    check(at("rootDiskKmsKeyArn"), nodes.rootDiskKmsKeyArn, region);
    if (nodes.mode === "persistent") check(at("roleArn"), nodes.roleArn);
    else if (typeof nodes.ami === "object" && "ssmParameter" in nodes.ami) check(at("ami"), nodes.ami.ssmParameter, region);
  }
  for (const owner of ["github", "daggerCloud", "telemetry", "proxy"] as const) {
    if (clean(owner)) check([owner, "secret"], config[owner]?.secret, region);
  }
  if (clean("images")) {
    for (const [host, secret] of Object.entries(config.images.credentials)) check(["images", "credentials", host], secret, region);
  }
  for (const { fleet, refuse: inFleet } of fleets) {
    check(["github", "secret"], fleet.github?.secret, region, inFleet);
    fleet.runners.forEach(({ serviceAccount, secretEnvironment }, i) => {
      check(["runners", i, "serviceAccount", "roleArn"], serviceAccount?.roleArn, undefined, inFleet);
      for (const [name, { secret }] of Object.entries(secretEnvironment)) check(["runners", i, "secretEnvironment", name, "secret"], secret, region, inFleet);
    });
  }
};

/** Nobody hands a role of another account to a service of AWS. Those of nodes have a rule that says so of nodes. */
const rolesOfTheAccount: Rule = (config, { clean, refuse }) => {
  const { account } = config;
  if (account === undefined || !["account", "network", "cluster", "addons"].every((part) => clean(part))) return;
  for (const [path, arn] of existingRoles({ ...config, fleets: [] })) {
    if (path.includes("runnerNodes") || arnParts(arn)?.account === account) continue;
    refuse(path, arn, `a role of the account ${account}: none of another can be handed to AWS's services`);
  }
};

export const arnRules: readonly ToldRule[] = [
  { check: places, says: ["ARNs are of the region's partition; those of keys, parameters and secrets of the region itself."] },
  { check: rolesOfTheAccount, says: ["Roles that exist are of `account`, where that is set."] },
];
