import { supportRoom } from "../placement/support-room";
import { amountText } from "../placement/units";
import { lacking } from "../placement/packing";
import type { Path, Rule, ToldRule } from "./rule";

/** A cluster that is made now has nothing that somebody else installed. */
const nothingExists: Rule = ({ cluster, addons }, { clean, refuse }) => {
  if (!clean("cluster", "mode") || !clean("addons") || cluster.mode !== "new") return;
  const existing: [Path, unknown, string][] = [
    [["addons", "karpenter", "mode"], addons.karpenter.mode, "install"],
    [["addons", "arc", "mode"], addons.arc.mode, "install or none"],
    [["addons", "summerwind"], addons.summerwind, "install or none"],
    [["addons", "certManager"], addons.summerwind === "install" ? addons.certManager : "", "auto or install"],
  ];
  for (const [path, received, allowed] of existing) {
    if (received === "existing") refuse(path, received, `${allowed}: a cluster that is made now has none`);
  }
};

/** Controllers and listeners must find room on the support nodes; a listener without room is a size that takes no job. */
const roomOnSupportNodes: Rule = (config, { clean, refuse, fleets }) => {
  const { cluster, addons } = config;
  if (!clean("cluster") || !clean("addons") || cluster.mode !== "new" || fleets.length === 0) return;
  const room = supportRoom(cluster.supportNodes, addons, fleets.map(({ fleet }) => fleet));
  if (room === undefined) return;
  const { type, needed, offered, largest, oneNode, listeners } = room;
  const path = ["cluster", "supportNodes"];
  const [scarceOnOne] = lacking(oneNode, largest);
  if (scarceOnOne !== undefined) {
    refuse(
      [...path, "instanceTypes"],
      cluster.supportNodes.instanceTypes,
      `larger types: one controller needs ${amountText(scarceOnOne, largest[scarceOnOne])}, and ${type} has ${amountText(scarceOnOne, Math.max(0, oneNode[scarceOnOne]))} to offer`,
    );
    return;
  }
  const [scarce] = lacking(offered, needed);
  if (scarce === undefined) return;
  refuse(
    [...path, "count"],
    cluster.supportNodes.count,
    `more nodes, or larger instanceTypes: controllers and ${listeners} listeners need ${amountText(scarce, needed[scarce])}, ` +
      `and ${cluster.supportNodes.count} x ${type} offer ${amountText(scarce, offered[scarce])}`,
  );
};

/** Without a driver, the claim of a volume waits for ever, and Prometheus with it. */
const driverOfVolume: Rule = ({ cluster, addons: { prometheus } }, { clean, refuse }) => {
  if (!clean("cluster", "addons") || !clean("addons") || prometheus.mode !== "install") return;
  if (prometheus.volumeGb === undefined || prometheus.storageClass !== undefined || cluster.addons["aws-ebs-csi-driver"] !== false) return;
  refuse(["addons", "prometheus", "volumeGb"], prometheus.volumeGb, "no volume, or storageClass with one that exists: the stacks install no EBS driver (cluster.addons.aws-ebs-csi-driver)");
};

export const addonRules: readonly ToldRule[] = [
  { check: nothingExists, says: ["A new cluster has none of the add-ons that `addons` calls `existing`."] },
  { check: roomOnSupportNodes, says: ["Controllers, and a listener for each scale set, fit on `cluster.supportNodes`, the largest on one of them."] },
  { check: driverOfVolume, says: ["`addons.prometheus.volumeGb` needs the EBS driver among `cluster.addons`, or a `storageClass` that exists."] },
];
