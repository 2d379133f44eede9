import { certificatesIn } from "../config/fields/pem";
import { prefixDelegation } from "../config/cluster";
import { atLeast, isPreRelease } from "../config/fleet";
import type { Config } from "../config/schema";
import { minorOf } from "../contract/arc-minor";
import { allGithubs } from "../contract/github";
import { hasSeeds } from "../contract/seed-bucket";
import { familyNames, offeringOf, offeringTable, soldIn } from "../facts/offerings";
import { regionOf, regionTable } from "../facts/regions";
import { karpenterTable, kubernetesSupport, kubernetesTable, leastKarpenterFor } from "../facts/support";
import { instanceTypesSource } from "../facts/instance-types";
import { candidates } from "../placement/candidates";
import { versions as pinned } from "../facts/versions";

const DAY = 24 * 3600 * 1000;
/** After how many days facts are called old. */
const OLD_DAYS = 270;
/** How long before its end the standard support of Kubernetes is told of. */
const SOON_DAYS = 60;

/** What is accepted but should be known: facts that are old or missing, and days that come. `today` is for tests. */
export const warnings = (config: Config, today = new Date()): string[] => [
  ...oldFacts(today),
  ...unknownNames(config),
  ...kubernetes(config, today),
  ...newerVersions(config),
  ...certificates(config, today),
  ...ofExistingCluster(config),
  ...jobRoles(config),
  ...shortNotice(config),
];

const daysSince = (day: string, today: Date) => Math.floor((today.getTime() - new Date(day).getTime()) / DAY);

const FACTS: readonly (readonly [command: string, what: string, date: string])[] = [
  ["regions", "AWS's regions", regionTable.date],
  ["offerings", "what each region sells", offeringTable.date],
  ["instance-types", "instance types with NVMe", instanceTypesSource.date],
  ["kubernetes-support", "EKS's support of Kubernetes versions", kubernetesTable.date],
  ["karpenter-support", "Karpenter's support matrix", karpenterTable.date],
];

const oldFacts = (today: Date) =>
  FACTS.filter(([, , date]) => daysSince(date, today) > OLD_DAYS).map(
    ([command, what, date]) => `What is known of ${what} is of ${date}. npm run ${command} renews it.`,
  );

/** Names that may be newer than the facts. */
function unknownNames({ region, cluster, fleets }: Config): string[] {
  const types = cluster.mode === "new" ? cluster.supportNodes.instanceTypes : [];
  const families = fleets.flatMap(({ nodes }) => (nodes.mode === "autoscaled" ? (nodes.families ?? []) : []));
  return [
    ...(regionOf(region) === undefined ? [`Region ${region} is newer than what is known here (of ${regionTable.date}): nothing of it was checked. npm run regions renews it.`] : []),
    ...types.filter((name) => offeringOf(name) === undefined).map((name) => `Instance type ${name} is newer than what is known here (of ${offeringTable.date}): it was not checked. npm run offerings renews it.`),
    ...[...new Set(families)]
      .filter((family) => !familyNames().includes(family))
      .map((family) => `Instance family ${family} is newer than what is known here (of ${offeringTable.date}): none of its types was reckoned with. npm run offerings and npm run instance-types renew it.`),
    ...(types.length > 0 && types.every((name) => soldIn(region, name) === undefined) && regionOf(region) !== undefined && types.every((name) => offeringOf(name) !== undefined)
      ? [`Whether ${region} sells ${types.join(" and ")} is not known here. npm run offerings -- --region ${region} finds out.`]
      : []),
  ];
}

function kubernetes({ cluster, versions }: Config, today: Date): string[] {
  const support = cluster.mode === "new" ? kubernetesSupport(versions.kubernetes) : undefined;
  if (cluster.mode !== "new" || support === undefined) return [];
  const { version, standardSupportEnds, extendedSupportEnds } = support;
  const then = cluster.supportType === "STANDARD" ? "AWS then upgrades the cluster by itself" : "AWS then bills extended support";
  if (daysSince(extendedSupportEnds, today) > 0) return [`EKS ended all support of Kubernetes ${version} on ${extendedSupportEnds}: choose a newer versions.kubernetes.`];
  const left = -daysSince(standardSupportEnds, today);
  if (left < 0) return [`EKS's standard support of Kubernetes ${version} ended on ${standardSupportEnds} (cluster.supportType: ${cluster.supportType}).`];
  return left <= SOON_DAYS ? [`EKS's standard support of Kubernetes ${version} ends on ${standardSupportEnds}: ${then}.`] : [];
}

/** Versions newer than those this project was tried with. */
function newerVersions({ cluster, addons, versions, fleets }: Config): string[] {
  const newerArc = !atLeast(`${minorOf(pinned.arc)}.0`, `${minorOf(versions.arc)}.0`);
  const newerKarpenter = addons.karpenter.mode === "install" && [pinned.karpenter, ...karpenterTable.leastFor.map(({ karpenter }) => karpenter)].every((known) => !atLeast(`${minorOf(known)}.0`, `${minorOf(versions.karpenter)}.0`));
  const engines = [...new Set(fleets.map(({ dagger }) => dagger))].filter((dagger) => !atLeast(`${minorOf(pinned.dagger)}.0`, `${minorOf(dagger)}.0`));
  return [
    ...(newerArc ? [`ARC ${versions.arc} is newer than ${pinned.arc}, with whose charts this project was tried: read docs/operations.md#arc first.`] : []),
    ...(newerKarpenter ? [`Karpenter ${versions.karpenter} is newer than ${pinned.karpenter}, with which this project was tried, and than its support matrix here. npm run karpenter-support renews it.`] : []),
    ...(cluster.mode === "new" && leastKarpenterFor(versions.kubernetes) === undefined
      ? [`Which Karpenter works with Kubernetes ${versions.kubernetes} is not known here. npm run karpenter-support renews it.`]
      : []),
    ...engines.map((dagger) => `Dagger ${dagger} is newer than ${pinned.dagger}, with which this project was tried.${isPreRelease(dagger) ? " It is a pre-release: keep a fleet of a release beside it, which shares nothing with it, and expect a cold cache after each upgrade." : ""}`),
  ];
}

function certificates({ github, fleets }: Config, today: Date): string[] {
  const all: [string, string][] = [
    ...allGithubs({ github, fleets }).flatMap(({ server }): [string, string][] => (server?.certificate === undefined ? [] : [["github.server.certificate", server.certificate]])),
    ...fleets.flatMap(({ name, engine }) => Object.entries(engine.certificates).map(([key, pem]): [string, string] => [`certificate ${key} of fleet ${name}`, pem])),
  ];
  return all.flatMap(([where, pem]) =>
    (certificatesIn(pem) ?? [])
      .filter(({ validTo }) => new Date(validTo) < today)
      .map(({ subject, validTo }) => `A certificate in ${where} expired on ${new Date(validTo).toISOString().slice(0, 10)} (${subject.replaceAll("\n", ", ")}).`),
  );
}

/** What a cluster that exists must have, and nothing here can see. */
function ofExistingCluster({ cluster, addons, tags, fleets }: Config): string[] {
  if (cluster.mode !== "existing") return [];
  const crowded = fleets.filter(({ nodes }) => candidates(nodes).types.some(({ maxPods }) => (nodes.maxPods ?? 0) > maxPods)).map(({ name }) => name);
  const karpenter = addons.karpenter.mode === "install";
  const whoAsks = hasSeeds({ fleets }) ? `${karpenter ? "Karpenter and the" : "The"} pods of seeds get their` : karpenter ? "Karpenter gets its" : undefined;
  return [
    ...(Object.keys(tags).length > 0 && !cluster.addons["vpc-cni"]
      ? [`Interfaces that vpc-cni makes in cluster ${cluster.name} get none of the tags here: set ADDITIONAL_ENI_TAGS there if they must have them.`]
      : []),
    ...(crowded.length > 0 && !prefixDelegation(cluster)
      ? [`nodes.maxPods of ${crowded.join(", ")} is more than nodes have addresses for, unless vpc-cni of cluster ${cluster.name} delegates prefixes.`]
      : []),
    ...(whoAsks !== undefined && !cluster.addons["eks-pod-identity-agent"]
      ? [`${whoAsks} credentials by EKS Pod Identity: cluster ${cluster.name} must have the add-on eks-pod-identity-agent (or set cluster.addons).`]
      : []),
    ...(cluster.guest
      ? []
      : [`Names of node pools, namespaces and the priority class dagger-engine must be free in cluster ${cluster.name}: beside another installation of this project, set cluster.guest: true.`]),
  ];
}

/** AWS roles of jobs: a node's root can take what any pod on it has. */
const jobRoles = ({ fleets }: Config): string[] =>
  fleets.flatMap((fleet) =>
    fleet.runners
      .filter(({ serviceAccount }) => serviceAccount?.roleArn !== undefined)
      .map(({ name, serviceAccount }) => `Every job of fleet ${fleet.name} can take ${serviceAccount!.roleArn!}, which size ${name} has: jobs can be root on their node (docs/security.md).`),
  );

/** Spot nodes that publish: AWS ends one two minutes after it says so. */
const shortNotice = ({ fleets }: Config): string[] =>
  fleets
    .filter(({ nodes, seed }) => seed?.publish === true && nodes.mode === "autoscaled" && nodes.capacityTypes.includes("spot"))
    .map(({ name }) => `Fleet ${name} publishes its cache from spot nodes too: two minutes, after which AWS ends one, are often too short for it. Nodes that leave in peace publish.`);
