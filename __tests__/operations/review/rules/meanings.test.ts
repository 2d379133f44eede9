import { meaningText } from "../../../../operations/review/meaning/meaning";
import type { PlanJson } from "../../../../operations/review/plan-json";
import { meanings } from "../../../../operations/review/rules/meanings";
import { flags } from "../../../support/plans";

test("a node group's roll and shrinking are told where its nodes run jobs", () => {
  const labels = { "actions-runner": "warm" };
  const group = (before: object, after: object, on: object = labels): PlanJson => ({
    resource_changes: [
      {
        address: "aws_eks_node_group.warm_nodes",
        mode: "managed",
        type: "aws_eks_node_group",
        name: "warm_nodes",
        change: { actions: ["update"], before: { labels: on, ...before }, after: { labels: on, ...after } },
      },
    ],
  });
  const size = (desired_size: number) => ({ scaling_config: [{ desired_size }] });
  const template = (version: string) => ({ launch_template: [{ id: "lt-1", version }] });
  const told = (of: PlanJson) => flags(meanings, of).map(({ title, how = "", means }) => `${title}: by ${how}: ${meaningText(means)}`);
  const rolls =
    "jobs: EKS replaces the nodes one after another and evicts the runners on them: that cancels their jobs, or with finishJobs fails the update " +
    "after 15 minutes. Jobs end in peace when a fleet beside this one takes over; caches: the caches of all these nodes are lost";
  expect(told(group(template("1"), template("2")))).toEqual([`Persistent nodes roll: by launch_template 1 to 2: ${rolls}`]);
  expect(told(group({ release_version: "1.35.6-20260818" }, { release_version: "1.35.7-20260901" }))).toEqual([
    `Persistent nodes roll: by release_version 1.35.6-20260818 to 1.35.7-20260901: ${rolls}`,
  ]);
  expect(told(group(size(3), size(2)))).toEqual([
    "Fewer persistent nodes: by 3 to 2 nodes: jobs: EKS chooses which, and evicts the runners on them: their jobs are cancelled; " +
      "caches: the caches of the nodes that go are lost",
  ]);
  expect(told(group(size(2), size(3)))).toEqual(["More nodes that stay on: by 2 to 3 nodes: cost: each is paid day and night"]);
  expect(told(group(template("1"), template("2"), { "support-node": "true" }))).toEqual([
    "Support nodes roll: by launch_template 1 to 2: jobs: controllers and listeners move, node by node: new jobs wait for moments",
  ]);
});
