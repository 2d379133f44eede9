import { changesOf } from "../../../../operations/review/changes";
import { iamPolicy } from "../../../../operations/review/rules/iam-policy";
import { flags, planOf } from "../../../support/plans";

test("a policy that gains actions, and a role that gets one more policy", () => {
  expect(flags(iamPolicy, planOf("more rights", "cluster"))).toEqual([
    {
      title: "Policy allows more",
      means: { reach: "gains arc-zonal-shift:GetManagedResource" },
      address: "aws_iam_policy.karpenter_cluster-and-queue_CDB3B235",
    },
    {
      title: "Role gets one more policy",
      means: { reach: "role dagger-ci-runner-node gets arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
      address: "aws_iam_role_policy_attachment.runner-nodes_node_AmazonSSMManagedInstanceCore_A3DAE6C5",
    },
  ]);
});

// The project has no setting that takes a condition away: this is the real plan with its sides turned round and the
// statement that it adds kept without its condition.
test("a policy that loses a condition", () => {
  const real = planOf("more rights", "cluster");
  const changes = changesOf(real).map((resource) => {
    if (resource.type !== "aws_iam_policy" || resource.kind !== "change") return resource;
    const before = resource.change.after as { policy: string };
    const bare = JSON.parse(before.policy) as { Statement: { Sid: string; Condition?: unknown }[] };
    bare.Statement.forEach((statement) => statement.Sid === "ReadZonalShift" && delete statement.Condition);
    return { ...resource, change: { ...resource.change, before, after: { ...before, policy: JSON.stringify(bare) } } };
  });
  expect(iamPolicy(changes)[0]).toMatchObject({
    title: "Policy allows more",
    means: { reach: "ReadZonalShift loses the condition StringEquals arc-zonal-shift:ResourceIdentifier" },
  });
});
