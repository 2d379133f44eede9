import { RUNNER_NODE_KEY } from "../../../modules/contract/fleet-contract";
import { attributeChanges } from "../diff";
import { at } from "../plan-json";
import type { Rule } from "./rule";

/** Changes of a node group that EKS makes by replacing its nodes one after another (`UpdateNodegroupVersion`). */
const ROLLS = /^(launch_template|release_version|version)\b/;

/**
 * A persistent fleet whose nodes EKS replaces or takes away. It evicts the runners on them, and gives an update up when a
 * pod is still there after 15 minutes (EKS user guide, phases of node updates).
 */
export const nodeGroupRolls: Rule = (changes) =>
  changes.flatMap(({ type, kind, change, address }) => {
    if (type !== "aws_eks_node_group" || kind !== "change") return [];
    if (at(change.after, "labels", RUNNER_NODE_KEY) === undefined) return [];
    const paths = attributeChanges(type, change).map(({ path }) => path);
    const rolls = [...new Set(paths.flatMap((path) => ROLLS.exec(path)?.[1] ?? []))];
    const size = (side: unknown) => Number(at(side, "scaling_config", 0, "desired_size"));
    return [
      ...(rolls.length > 0
        ? [{ title: "Nodes roll", reason: `by ${rolls.join(", ")}: EKS replaces the nodes one after another and evicts the runners on them. That cancels their jobs, or with finishJobs fails the update after 15 minutes. Jobs end in peace when a fleet beside this one takes over`, address }]
        : []),
      ...(size(change.after) < size(change.before)
        ? [{ title: "Nodes go", reason: `${size(change.before)} to ${size(change.after)}: EKS chooses which, and evicts the runners on them`, address }]
        : []),
    ];
  });
