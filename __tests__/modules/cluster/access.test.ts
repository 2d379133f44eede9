import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { Access } from "../../../modules/cluster/access";
import { renderAlone } from "../../support/testing";

const access = (admins: string[], viewers: string[], region = "eu-west-1") =>
  renderAlone((stack) => new Access(stack, "access", { clusterName: "ci", region, admins, viewers }));

test("admins may do all and viewers look at all, each by an entry for its role or user", () => {
  const json = access(["arn:aws:iam::111122223333:role/platform"], ["arn:aws:iam::111122223333:user/team/eve"]);
  for (const [principal_arn, id, policy] of [
    ["arn:aws:iam::111122223333:role/platform", "platform", "AmazonEKSClusterAdminPolicy"],
    ["arn:aws:iam::111122223333:user/team/eve", "team-eve", "AmazonEKSViewPolicy"],
  ] as const) {
    expect(json).toHaveResourceWithProperties(EksAccessEntry, { cluster_name: "ci", principal_arn, type: "STANDARD" });
    expect(json).toHaveResourceWithProperties(EksAccessPolicyAssociation, {
      principal_arn: expect.stringContaining(`access_${id}-entry`) as unknown,
      policy_arn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
      access_scope: { type: "cluster" },
    });
  }
});

test("policies are those of the region's partition; nobody named, nothing made", () => {
  expect(access(["arn:aws-us-gov:iam::111122223333:role/a"], [], "us-gov-west-1")).toHaveResourceWithProperties(EksAccessPolicyAssociation, {
    policy_arn: "arn:aws-us-gov:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
  });
  expect(access([], [])).not.toHaveResource(EksAccessEntry);
});

test("a role and a user of one name, and a role named as another's entry, have entries of their own", () => {
  const arns = ["role/ops", "user/ops", "role/ops-entry", "role/team/ops"].map((name) => `arn:aws:iam::111122223333:${name}`);
  const entries = (list: string[]) => {
    const { resource } = JSON.parse(access(list, [])) as { resource: { aws_eks_access_entry: Record<string, { principal_arn: string }> } };
    return new Map(Object.entries(resource.aws_eks_access_entry).map(([id, { principal_arn }]) => [principal_arn, id]));
  };
  const ids = entries(arns);
  expect(ids.size).toBe(4);
  // The ids are a contract: they depend on no order, and the plain one stays as it always was.
  expect(entries([...arns].reverse())).toEqual(ids);
  expect(ids.get(arns[0]!)).toMatch(/^access_ops-entry_/);
});
