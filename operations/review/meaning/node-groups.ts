import { SUPPORT_LABEL } from "../../../modules/contract/support-contract";
import type { Changed } from "../changes";
import { at } from "../plan-json";
import { changes, gone, number, type Meaning } from "./meaning";

const isSupport = ({ change }: Changed): boolean => at(change.before, "labels", SUPPORT_LABEL.key) !== undefined;
const ofSupport = (match: Meaning["match"]): Meaning["match"] => (changed, all) => isSupport(changed) && match(changed, all);
const ofRunners = (match: Meaning["match"]): Meaning["match"] => (changed, all) => !isSupport(changed) && match(changed, all);

/** What makes EKS replace the nodes of a group one by one, though the group stays. */
const ROLLING = /^(version|release_version|launch_template\b.*)$/;
const count = (side: unknown) => at(side, "scaling_config", 0, "desired_size");

/** EKS user guide, phases of node updates: an update is given up when a pod is still there 15 minutes after its eviction. */
const EVICTION =
  "EKS replaces the nodes one after another and evicts the runners on them: that cancels their jobs, or with finishJobs fails the update after 15 minutes. " +
  "Jobs end in peace when a fleet beside this one takes over";

/** What changes of node groups mean: of the support nodes, and of persistent fleets. */
export const NODE_GROUPS: readonly Meaning[] = [
  {
    of: "aws_eks_node_group",
    change: "support nodes: destroyed, replaced",
    match: ofSupport(gone),
    title: "Support nodes go",
    means: { jobs: "controllers, listeners and cluster DNS are away for minutes: running jobs lose name resolution, new ones wait; nothing is lost for good" },
  },
  {
    of: "aws_eks_node_group",
    change: "support nodes: `version`, `release_version`, `launch_template`",
    match: ofSupport(changes(ROLLING)),
    title: "Support nodes roll",
    weight: "note",
    means: { jobs: "controllers and listeners move, node by node: new jobs wait for moments" },
  },
  {
    of: "aws_eks_node_group",
    change: "support nodes: fewer",
    match: ofSupport(number("lower", count)),
    title: "Fewer support nodes",
    means: { jobs: "controllers and listeners move; on a single node each restart of it leaves the cluster without DNS and without new jobs for minutes" },
  },
  {
    of: "aws_eks_node_group",
    change: "persistent nodes: destroyed, replaced",
    match: ofRunners(gone),
    title: "Persistent nodes go",
    means: { jobs: "EKS drains these nodes for 5 minutes and ends them then, with the jobs on them", caches: "the caches of all these nodes are lost" },
  },
  {
    of: "aws_eks_node_group",
    change: "persistent nodes: `version`, `release_version`, `launch_template`",
    match: ofRunners(changes(ROLLING)),
    title: "Persistent nodes roll",
    means: { jobs: EVICTION, caches: "the caches of all these nodes are lost" },
  },
  {
    of: "aws_eks_node_group",
    change: "persistent nodes: fewer",
    match: ofRunners(number("lower", count, " nodes")),
    title: "Fewer persistent nodes",
    means: { jobs: "EKS chooses which, and evicts the runners on them: their jobs are cancelled", caches: "the caches of the nodes that go are lost" },
  },
  {
    of: "aws_eks_node_group",
    change: "more nodes",
    match: number("higher", count, " nodes"),
    title: "More nodes that stay on",
    weight: "note",
    means: { cost: "each is paid day and night" },
  },
];
