import { runsOnLabels, type RunnerConfig } from "../../modules/config/runners";
import { isAutoscaled, type FleetConfig } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { ADDON_NAMES, ADDONS, type AddonName } from "../../modules/contract/addons";
import { cacheMaxGb } from "../../modules/placement/cache-size";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { allGithubs, githubUrl } from "../../modules/contract/github";
import { networkPicture, type NetworkPicture } from "./network-picture";

/** A title and the lines below it. */
export interface Box {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a controller does in the picture; arrows start by it. */
export type ControllerRole = AddonName | "listeners";
export interface ControllerPicture extends Box {
  readonly role: ControllerRole;
}

export interface RunnerPicture {
  readonly size: string;
  /** How many at once, such as `0 to 20`. */
  readonly count: string;
  readonly runsOn: string;
  /** The controller that makes these runners. */
  readonly madeBy: "arc" | "summerwind";
}

export interface FleetPicture {
  readonly name: string;
  readonly dagger: string;
  readonly autoscaled: boolean;
  readonly nodes: readonly string[];
  readonly runners: readonly RunnerPicture[];
  readonly socket: string;
  readonly engine: Box;
}

/** Whether this kind of ARC makes any runner: it may be installed, and fetch no job. */
export const makesRunners = (fleets: readonly FleetPicture[], kind: RunnerPicture["madeBy"]): boolean =>
  fleets.some(({ runners }) => runners.some(({ madeBy }) => madeBy === kind));

/** Everything that a drawing of a configuration shows, in words; nothing of how it is drawn. */
export interface Picture {
  readonly title: string;
  readonly github: Box;
  readonly network: NetworkPicture;
  readonly cluster: string;
  readonly support: Box;
  readonly controllers: readonly ControllerPicture[];
  readonly fleets: readonly FleetPicture[];
}

/** What to draw of a configuration. */
export function picture(config: Config): Picture {
  const { name, region, cluster, versions, fleets } = config;
  return {
    // Without the account's id: the picture may end up where others see it.
    title: `${name} in ${region}`,
    github: github(config),
    network: networkPicture(config.region, config.network),
    cluster: cluster.mode === "new" ? `EKS cluster ${name}, Kubernetes ${versions.kubernetes}` : `EKS cluster ${cluster.name}, which exists`,
    support: support(cluster),
    controllers: controllers(config),
    fleets: fleets.map(fleetPicture),
  };
}

function github(config: Config): Box {
  const all = allGithubs(config).map(({ organization, repository, enterprise, server }) => {
    const scope = organization !== undefined ? "organisation" : repository !== undefined ? "repository" : "enterprise";
    return { scope: `${scope} ${organization ?? repository ?? enterprise!}`, url: githubUrl({ organization, repository, enterprise, server }) };
  });
  return {
    title: `GitHub ${[...new Set(all.map(({ scope }) => scope))].join(", ")}`,
    lines: [`runners register at ${[...new Set(all.map(({ url }) => url))].join(", ")}`],
  };
}

function support(cluster: Config["cluster"]): Box {
  if (cluster.mode === "new") {
    const { count, instanceTypes } = cluster.supportNodes;
    return { title: "Support nodes", lines: [`${count} x ${instanceTypes[0]!}`] };
  }
  const { nodeSelector } = cluster.supportNodes;
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return { title: "Support nodes", lines: labels.length > 0 ? labels : ["nodes of the cluster"] };
}

const EXISTING = "in the cluster already";

function controllers(config: Config): ControllerPicture[] {
  const { addons, versions, fleets } = config;
  const sets = fleets.flatMap(({ runners }) => runners).filter(({ kind }) => kind === "scale-set").length;
  return ADDON_NAMES.flatMap((role): ControllerPicture[] => {
    const { mode, title } = ADDONS[role];
    if (mode(addons) === "none" || (role === "karpenter" && !fleets.some(isAutoscaled))) return [];
    const controller = { role, title, lines: [mode(addons) === "install" ? versions[role] : EXISTING] };
    if (role !== "arc" || sets === 0) return [controller];
    return [controller, { role: "listeners", title: "ARC listeners", lines: [sets === 1 ? "one, for the scale set" : `${sets}, one a scale set`] }];
  });
}

function fleetPicture(fleet: FleetConfig): FleetPicture {
  const { name, dagger, engine, runners } = fleet;
  const where = engine.cache === "nvme" ? "NVMe" : "the root disk";
  return {
    name,
    dagger,
    autoscaled: isAutoscaled(fleet),
    nodes: nodeLines(fleet),
    runners: runners.map(runnerPicture),
    socket: fleetContract(fleet).socketUrl.replace(/^unix:\/\/.*\//, `${fleetContract(fleet).socketDirectory}/`),
    engine: {
      title: `Dagger Engine ${dagger}`,
      lines: [`${engine.cpu} CPU, ${engine.memory}; cache on ${where} up to ${cacheMaxGb(fleet)} GB`],
    },
  };
}

function nodeLines({ nodes }: FleetConfig): string[] {
  if (nodes.mode === "persistent") {
    return [`${nodes.count} x ${nodes.instanceType}, ${nodes.architecture}, on demand`, "a managed node group: nodes that stay"];
  }
  const { architecture, capacityTypes, vcpu, nvmeGb, vcpuLimit, idleAfter, families, categories } = nodes;
  return [
    `${architecture} nodes, ${capacityTypes.join(" or ")}, from ${(families ?? categories).join(", ")}`,
    `${vcpu.min} to ${vcpu.max} vCPU each, NVMe of ${nvmeGb} GB or more`,
    `${vcpuLimit} vCPU in all; a node goes after ${idleAfter} idle`,
  ];
}

function runnerPicture(runner: RunnerConfig): RunnerPicture {
  return {
    size: `${runner.name}${runner.docker ? " + Docker" : ""}`,
    count: count(runner),
    runsOn: runsOnLabels(runner).join(", "),
    madeBy: runner.kind === "scale-set" ? "arc" : "summerwind",
  };
}

function count(runner: RunnerConfig): string {
  if (runner.kind === "scale-set") return `${runner.min} to ${runner.max}`;
  const { scaling } = runner;
  return scaling.mode === "fixed" ? String(scaling.replicas) : `${scaling.min} to ${scaling.max}`;
}
