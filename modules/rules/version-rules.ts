import { isAmiAlias } from "../config/fields/ami";
import { atLeast } from "../config/fleet";
import { minorOf } from "../contract/arc-minor";
import { leastKarpenterFor } from "../facts/support";
import type { Rule, ToldRule } from "./rule";

/**
 * The oldest version of each chart whose values and objects this project writes, and the major version that it knows:
 * - Karpenter 1.9.0 is the first with the operators Gte and Lte of a NodePool's requirements;
 * - ARC 0.11.0 is the first whose set chart takes the listener's metrics as they are given;
 * - cert-manager 1.15 renamed the value that installs its CRDs.
 */
const KNOWN = {
  karpenter: { least: "1.9.0", why: "the first that knows the node pools this project writes" },
  arc: { least: "0.11.0", why: "the first that takes the listener's metrics as this project gives them" },
  certManager: { least: "1.15.0", why: "the first with its value crds.enabled" },
  summerwind: { least: "0.23.0", why: "the first that this project's values are for" },
} as const;
/** The oldest AMI whose RAID survives a stop of the instance (see modules/facts/versions.ts). */
const OLDEST_AMI = "al2023@v20260707";
/** The first Karpenter that knows zonal shifts. */
const ZONAL_SHIFT_SINCE = "1.12.0";

const plain = (version: string) => version.replace(/^v/, "");
const major = (version: string) => plain(version).split(".")[0]!;

const charts: Rule = ({ versions }, { clean, refuse }) => {
  for (const [name, { least, why }] of Object.entries(KNOWN)) {
    const path = ["versions", name];
    if (!clean(...path)) continue;
    const version = versions[name as keyof typeof KNOWN];
    const prefix = version.startsWith("v") ? "v" : "";
    if (major(version) !== major(least)) refuse(path, version, `a version ${prefix}${major(least)}.x: this project knows no other`);
    else if (!atLeast(plain(version), least)) refuse(path, version, `${prefix}${least} or later, ${why}`);
  }
};

const amis: Rule = ({ versions }, { clean, refuse, fleets }) => {
  const allowed = `${OLDEST_AMI} or later: on older ones the array of disks does not survive a stop`;
  if (clean("versions", "ami") && versions.ami < OLDEST_AMI) refuse(["versions", "ami"], versions.ami, allowed);
  for (const { fleet, refuse: inFleet } of fleets) {
    if (fleet.nodes.mode === "autoscaled" && fleet.nodes.ami !== undefined && isAmiAlias(fleet.nodes.ami) && fleet.nodes.ami < OLDEST_AMI) {
      inFleet(["nodes", "ami"], fleet.nodes.ami, allowed);
    }
  }
};

/** Versions that contradict each other. */
const together: Rule = (config, { clean, refuse, fleets }) => {
  const { versions, cluster, addons } = config;
  if (!clean("versions") || !clean("cluster") || !clean("addons")) return;
  const { kubernetes, karpenter, eksAddons } = versions;
  const installs = addons.karpenter.mode === "install";
  const least = leastKarpenterFor(kubernetes);
  if (cluster.mode === "new" && installs && least !== undefined && !atLeast(karpenter, least)) {
    refuse(["versions", "karpenter"], karpenter, `${least} or later, which Kubernetes ${kubernetes} needs`);
  }
  if (cluster.zonalShift && installs && !atLeast(karpenter, ZONAL_SHIFT_SINCE)) {
    refuse(["versions", "karpenter"], karpenter, `${ZONAL_SHIFT_SINCE} or later, which cluster.zonalShift needs`);
  }
  const { "kube-proxy": kubeProxy } = eksAddons;
  if (cluster.mode === "new" && kubeProxy !== undefined && !kubeProxy.startsWith(`v${kubernetes}.`)) {
    refuse(["versions", "eksAddons", "kube-proxy"], kubeProxy, `a version v${kubernetes}.…, as Kubernetes has: EKS offers no other for it`);
  }
  if (addons.arc.mode === "existing" && minorOf(addons.arc.version) !== minorOf(versions.arc)) {
    refuse(
      ["addons", "arc", "version"],
      addons.arc.version,
      `the minor version of versions.arc, which is ${versions.arc}: a controller deletes runner sets of another. Set versions.arc to the cluster's`,
    );
  }
  for (const { fleet, refuse: inFleet } of fleets) {
    const release = fleet.nodes.mode === "persistent" ? fleet.nodes.releaseVersion : undefined;
    if (cluster.mode === "new" && release !== undefined && minorOf(release) !== kubernetes) {
      inFleet(["nodes", "releaseVersion"], release, `a release of Kubernetes ${kubernetes}, the version of the cluster`);
    }
  }
};

export const versionRules: readonly ToldRule[] = [
  { check: charts, says: ["`versions` are of the major versions that this project writes for: Karpenter 1.9, ARC 0.11, cert-manager 1.15, summerwind 0.23 or later."] },
  { check: amis, says: ["AMI aliases are al2023@v20260707 or later."] },
  { check: together, says: ["Karpenter knows the Kubernetes version and, where it is on, zonal shift; kube-proxy and `nodes.releaseVersion` are of the Kubernetes version; an existing ARC has the minor of `versions.arc`."] },
];
