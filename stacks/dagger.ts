import { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { namedSecrets } from "../modules/contract/aws-secrets";
import { addClusterAccess } from "../modules/cdktf/cluster-access";
import { fleetAmi } from "../modules/config/fleet";
import { runsOnLabels } from "../modules/config/runners";
import type { Config } from "../modules/config/schema";
import { Fleet } from "../modules/dagger/fleet";
import { looksRangesUp, withDirectRanges } from "../modules/contract/proxy";
import { ENGINE_PRIORITY_CLASS, enginePriorityClass, fleetContract } from "../modules/contract/fleet-contract";
import { isWarm, WARM_PRIORITY_CLASS, warmPriorityClass } from "../modules/contract/warm";
import { Monitoring } from "../modules/monitoring/monitoring";
import { handOn, outputsOf } from "../modules/cdktf/stack-outputs";
import { ProjectStack } from "../modules/cdktf/project-stack";
import { sharedSecretSources } from "../modules/cdktf/shared-secrets";
import { readCloudToken, readGithubSecret, readValues } from "../modules/cdktf/secrets";

/** The fleets: nodes, engines and runners. */
export class DaggerStack extends ProjectStack {
  constructor(scope: Construct, given: Config) {
    super(scope, "dagger", given);
    const network = outputsOf(this, "network", given);
    const cluster = outputsOf(this, "cluster", given);
    const config = looksRangesUp(given) ? withDirectRanges(given, Fn.join(",", cluster.direct_cidrs)) : given;
    const addons = outputsOf(this, "addons", config);
    addClusterAccess(this, config, cluster);

    const priorityClass = new PriorityClassV1(this, "engine-priority", {
      metadata: { name: enginePriorityClass(config), labels: ENGINE_PRIORITY_CLASS.labels },
      value: ENGINE_PRIORITY_CLASS.value,
      description: "Dagger Engines: each finds room on its node before any runner",
    });
    const secrets = {
      shared: sharedSecretSources(this, config),
      github: readGithubSecret(this, config.github.secret),
      ...(config.telemetry?.secret === undefined
        ? {}
        : { telemetry: readValues(this, { headers: { secret: config.telemetry.secret, key: "headers" } }) }),
      ...(config.daggerCloud ? { daggerCloud: readCloudToken(this, config.daggerCloud.secret) } : {}),
    };
    const shared = {
      config,
      cluster,
      addons,
      vpcId: network.vpc_id,
      subnetIds: items(network.private_subnet_ids, subnetCount(config)),
      securityGroupIds: items(cluster.runner_security_group_ids, securityGroupCount(config)),
      secrets,
      dependsOn: [priorityClass, ...this.warmPriority(config)],
    };
    const fleets = config.fleets.map((fleet) => {
      const github = fleet.github === undefined ? secrets.github : readGithubSecret(this, fleet.github.secret, `github_${fleet.name.replaceAll("-", "_")}`);
      return new Fleet(this, fleet.name, { ...shared, secrets: { ...secrets, github }, fleet });
    });
    if (config.addons.metrics) {
      new Monitoring(this, "monitoring", { config, dependsOn: fleets.map((fleet) => fleet.namespace) });
    }

    const ofEachFleet = <T>(value: (fleet: Config["fleets"][number]) => T) =>
      Object.fromEntries(config.fleets.map((fleet) => [fleet.name, value(fleet)]));
    handOn<"dagger">(this, {
      runs_on: ofEachFleet((fleet) => fleet.runners.flatMap(runsOnLabels)),
      engine_versions: ofEachFleet((fleet) => fleet.dagger),
      socket_directories: ofEachFleet((fleet) => fleetContract(fleet).socketDirectory),
      namespaces: ofEachFleet((fleet) => fleet.namespace),
      amis: ofEachFleet((fleet) => fleetAmi(fleet, config.versions.ami)),
      secret_names: namedSecrets(config),
    });
  }

  private warmPriority(config: Config): PriorityClassV1[] {
    if (!config.fleets.some(isWarm)) return [];
    return [
      new PriorityClassV1(this, "warm-priority", {
        metadata: { name: warmPriorityClass(config) },
        value: WARM_PRIORITY_CLASS.value,
        preemptionPolicy: "Never",
        description: "Placeholders of runners: any runner takes their room, and they take nobody's",
      }),
    ];
  }
}

/** The items of a list that Terraform knows only later, but whose length the configuration tells. */
const items = (list: string[], count: number): string[] =>
  Array.from({ length: count }, (_, i) => Fn.element(list, i) as string);

function subnetCount({ network }: Config): number {
  if (network.mode === "existing") return network.privateSubnetIds.length;
  const zones = network.availabilityZones;
  return typeof zones === "number" ? zones : zones.length;
}

const securityGroupCount = ({ cluster }: Config): number =>
  cluster.mode === "existing" ? (cluster.runnerNodes.securityGroupIds?.length ?? 1) : 1;
