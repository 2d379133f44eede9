import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathText } from "../../../modules/config/problems";
import { STACKS } from "../../../modules/contract/outputs";
import { existingRoles } from "../../../modules/contract/existing-roles";
import { minimal, PROJECT, resource, resources, synthesize } from "../../support/project";

const page = readFileSync(join(PROJECT, "docs/roles.md"), "utf8");
/** The page's own example, in which every role exists. */
const EXAMPLE = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => yaml!).at(-1)!;
const { stacks, config } = synthesize(minimal(EXAMPLE));
const role = (name: string) => `arn:aws:iam::111122223333:role/platform/${name}`;

test("with every role given, no stack makes a role or a policy", () => {
  for (const stack of STACKS) {
    expect(Object.keys(stacks[stack].resource ?? {}).filter((type) => type.startsWith("aws_iam_"))).toEqual([]);
    // Nothing refers to one that is not there.
    expect(JSON.stringify(stacks[stack])).not.toMatch(/aws_iam_(role|policy)/);
  }
});

test("each goes where the stack's own would have gone", () => {
  expect(resource(stacks.network, "aws_flow_log").iam_role_arn).toBe(role("flow-logs"));
  expect(resource(stacks.cluster, "aws_eks_cluster").role_arn).toBe(role("eks-cluster"));
  expect(resource(stacks.cluster, "aws_eks_node_group").node_role_arn).toBe(role("eks-support"));
  expect(resource(stacks.cluster, "aws_eks_pod_identity_association").role_arn).toBe(role("karpenter"));
  const addons = resources(stacks.cluster, "aws_eks_addon").map(({ addon_name, pod_identity_association }) => [addon_name, (pod_identity_association as { role_arn: string }[]).map(({ role_arn }) => role_arn)]);
  expect(Object.fromEntries(addons)).toEqual({
    "vpc-cni": [role("vpc-cni")],
    "aws-ebs-csi-driver": [role("ebs-csi")],
    coredns: [],
    "kube-proxy": [],
    "eks-pod-identity-agent": [],
  });
});

test("the control plane's role stays, or the plan is refused", () => {
  const standing = (yaml: string) => synthesize(minimal(yaml)).stacks.cluster.resource!.terraform_data!.standing as { input: Record<string, string>; lifecycle: { postcondition: { condition: string; error_message: string }[] } };
  const given = standing(`cluster: {roleArn: "${role("eks-cluster")}"}\n`);
  expect(given.input.cluster_role).toBe(role("eks-cluster"));
  expect(standing("").input).not.toHaveProperty("cluster_role");
  expect(standing("").lifecycle.postcondition.map(({ condition }) => condition)).toContain(
    '${try(self.input.cluster_role, "a role of the stack\'s own") == "a role of the stack\'s own"}',
  );
  expect(given.lifecycle.postcondition.map(({ error_message }) => error_message)).toContain(
    `cluster.roleArn says ${role("eks-cluster")}, but the cluster has \${try(self.input.cluster_role, "a role of the stack's own")}, and EKS never changes the role of a cluster. Put it back, or make another installation.`,
  );
});

test("they are told by setting, and the page has each", () => {
  const settings = existingRoles(config).map(([path, arn]): [string, string] => [pathText(path), arn]);
  expect(settings).toEqual([
    ["network.flowLogRoleArn", role("flow-logs")],
    ["cluster.roleArn", role("eks-cluster")],
    ["cluster.supportNodes.roleArn", role("eks-support")],
    ["cluster.addons.vpc-cni.roleArn", role("vpc-cni")],
    ["cluster.addons.aws-ebs-csi-driver.roleArn", role("ebs-csi")],
    ["cluster.runnerNodes.roleArn", role("eks-runner")],
    ["addons.karpenter.roleArn", role("karpenter")],
  ]);
  for (const [setting] of settings) expect(page).toContain(`| \`${setting}\``);
});
