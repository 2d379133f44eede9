import { changesOf } from "../../../../operations/review/changes";
import { publicEndpoint } from "../../../../operations/review/rules/public-endpoint";
import { flags, planOf } from "../../../support/plans";

test.each([
  ["it opens", "public endpoint", "the Kubernetes API becomes public, for 203.0.113.0/24"],
  ["it opens for more addresses; a part of those that were in before is none", "public endpoint widened", "198.51.100.0/24 may reach it, too"],
])("%s", (_what, name, reach) => {
  expect(flags(publicEndpoint, planOf(name, "cluster"))).toEqual([
    { title: "Public endpoint widened", means: { reach }, address: "aws_eks_cluster.cluster_eks_D2B58A35" },
  ]);
});

test("closing it is none (the real plan turned round)", () => {
  const turned = changesOf(planOf("public endpoint", "cluster")).map((resource) => ({
    ...resource,
    change: { ...resource.change, before: resource.change.after, after: resource.change.before },
  }));
  expect(publicEndpoint(turned)).toEqual([]);
});
