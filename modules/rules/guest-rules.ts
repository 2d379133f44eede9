import { EKS_ADDONS } from "../facts/versions";
import { isGuest } from "../config/cluster";
import type { Path, Rule, ToldRule } from "./rule";

/** What a cluster has once, the installation that was there first has. */
const onceInACluster: Rule = ({ name, cluster, addons }, { clean, refuse }) => {
  if (!clean("cluster") || cluster.mode !== "existing" || !isGuest(cluster)) return;
  if (clean("name") && name === cluster.name) {
    refuse(["name"], name, "another name than the cluster's: the installation that made the cluster has this one, and with it the IAM roles of that name");
  }
  for (const addon of EKS_ADDONS) {
    if (cluster.addons[addon] !== false) refuse(["cluster", "addons", addon], cluster.addons[addon], "false for a guest: EKS has each add-on once, and the first installation or the cluster's owner keeps it");
  }
  if (!clean("addons")) return;
  const installed: [Path, string, string][] = [
    [["addons", "karpenter", "mode"], addons.karpenter.mode, "existing: a second Karpenter would fight over the same node pools. The first installation's serves both, with this one's roles in its addons.karpenter.guests"],
    [["addons", "arc", "mode"], addons.arc.mode, "existing, with namespace arc-systems and service account arc-controller of the first installation, or none: two controllers would fight over the same runner sets"],
    [["addons", "summerwind"], addons.summerwind, "existing, or none: two controllers would fight over the same runners"],
    [["addons", "certManager"], addons.certManager, "auto or existing: a cluster has one cert-manager"],
  ];
  for (const [path, received, allowed] of installed) {
    if (received === "install") refuse(path, received, `${allowed}, for a guest`);
  }
};

/** Nodes of the first installation carry the same label key. */
const ownNodes: Rule = ({ cluster }, { clean, fleets }) => {
  if (!clean("cluster") || !isGuest(cluster)) return;
  for (const { fleet, refuse } of fleets) {
    fleet.runners.forEach((runner, i) => {
      if (runner.kind === "runner-deployment" && runner.placement === "any-runner-node") {
        refuse(["runners", i, "placement"], runner.placement, "fleet for a guest, since the cluster has nodes of another installation, with other engines");
      }
    });
  }
};

export const guestRules: readonly ToldRule[] = [
  { check: onceInACluster, says: ["A guest (`cluster.guest`) installs no controller and no EKS add-on, and has another name than the cluster."] },
  { check: ownNodes, says: ["A guest's runner deployments have `placement: fleet`."] },
];
