import { isPersistent, type FleetConfig } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { interfaceEndpoints } from "../../modules/contract/endpoints";
import { instanceHour, pricesOf } from "../../modules/facts/prices";
import { soldIn } from "../../modules/facts/offerings";
import { kubernetesSupport } from "../../modules/facts/support";
import { keptRunners } from "./kept-runners";
import { byTheHour, byTheMonth, type CostLine } from "./lines";
import { nodeHour, pricedNodes, type Where } from "./nodes";

/** Everything that is paid for while no job runs, in a month. */
export const idleMonth = (config: Config, where: Where, today: string): readonly CostLine[] => [
  ...clusterLines(config, today),
  ...networkLines(config),
  ...watchLines(config),
  ...config.fleets.flatMap((fleet) => fleetLines(fleet, where)),
];

function clusterLines({ cluster, region, versions }: Config, today: string): CostLine[] {
  if (cluster.mode === "existing") return [];
  const prices = pricesOf(region);
  const { instanceTypes, count, diskGb } = cluster.supportNodes;
  const type = instanceTypes.find((name) => soldIn(region, name) !== false) ?? instanceTypes[0]!;
  const support = kubernetesSupport(versions.kubernetes);
  return [
    byTheHour("EKS control plane", 1, prices?.clusterHour),
    ...(support && today > support.standardSupportEnds ? [byTheHour(`extended support of Kubernetes ${versions.kubernetes}`, 1, prices?.extendedSupportHour)] : []),
    byTheHour(`support nodes, ${type}`, count, instanceHour(region, type)),
    byTheMonth("their root disks, gp3", count * diskGb, prices?.gp3GbMonth, "GB-month"),
    ...(cluster.kmsKeyArn === undefined ? [byTheMonth("KMS key, not yet rotated", 1, prices?.kmsKeyMonth)] : []),
  ];
}

function networkLines({ network, region }: Config): CostLine[] {
  if (network.mode === "existing") return [];
  const prices = pricesOf(region);
  const zones = typeof network.availabilityZones === "number" ? network.availabilityZones : network.availabilityZones.length;
  const gateways = { none: 0, single: 1, "per-az": zones }[network.nat];
  const endpoints = interfaceEndpoints(region, network).length;
  return [
    ...(gateways > 0 ? [byTheHour("NAT gateways", gateways, prices?.natHour), byTheHour("their public IPv4 addresses", gateways, prices?.ipv4Hour)] : []),
    ...(endpoints > 0 ? [byTheHour(`interface endpoints, ${endpoints} in ${zones} zones`, endpoints * zones, prices?.endpointHour)] : []),
  ];
}

const watchLines = ({ addons: { prometheus }, region }: Config): CostLine[] =>
  prometheus.mode === "install" && prometheus.volumeGb !== undefined ? [byTheMonth("volume of Prometheus, gp3", prometheus.volumeGb, pricesOf(region)?.gp3GbMonth, "GB-month")] : [];

function fleetLines(fleet: FleetConfig, where: Where): CostLine[] {
  const of = `fleet ${fleet.name}`;
  if (isPersistent(fleet)) {
    const { instanceType, count } = fleet.nodes;
    return [byTheHour(`${of}: nodes that stay, ${instanceType} with root disk`, count, nodeHour(fleet, instanceType, where))];
  }
  const kept = keptRunners(fleet);
  if (kept.length === 0) return [];
  const nodes = pricedNodes(fleet, where);
  return kept.map(({ size, runners, hours, why }) => {
    const [cheapest] = nodes[size]!.map(({ type, hour, runners: fit }) => ({ type, hour, count: Math.ceil(runners / fit) })).sort((a, b) => a.count * a.hour - b.count * b.hour);
    if (cheapest === undefined) return byTheHour(`${of}: nodes for ${why}`, runners, undefined, hours);
    return byTheHour(`${of}: nodes for ${why}, ${cheapest.type} with root disk`, cheapest.count, cheapest.hour, hours);
  });
}
