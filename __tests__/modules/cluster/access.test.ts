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
