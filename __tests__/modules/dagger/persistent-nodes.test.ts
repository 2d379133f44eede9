import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import type { PersistentFleet } from "../../../modules/config/fleet";
import { PersistentNodes } from "../../../modules/dagger/persistent-nodes";
import { parseConfig } from "../../../modules/load-config";
import { EC2_KEYS } from "../../support/fleets";
import { minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

const nodes = (settings: string, joining = {}) => {
  const { fleets } = parseConfig(
    minimal(`cluster: {addons: {vpc-cni: {prefixDelegation: true}}}\nfleets: [{name: warm, nodes: {mode: persistent, ${settings}, count: 2}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]`),
  );
  return renderAlone((stack) =>
    new PersistentNodes(stack, "nodes", {
      ...{ name: "ci", region: "eu-west-1", account: "111122223333", clusterName: "ci", fleet: fleets[0] as PersistentFleet },
      ...{ joining: { endpoint: "https://api", ca: "Q0E=", serviceCidr: "172.20.0.0/16", ...joining } },
      ...{ vpcId: "vpc-1", subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], tags: {}, cniPolicy: false },
    }),
  );
};
const TYPE = "instanceType: m6id.4xlarge";

/** What the node is told: the text that Terraform encodes, without cdktf's escapes. */
function told(json: string): string {
  const { resource } = JSON.parse(json) as { resource: { aws_launch_template: Record<string, { user_data: string }> } };
  const [{ user_data }] = Object.values(resource.aws_launch_template) as [{ user_data: string }];
  return user_data.replaceAll('\\"', '"').replaceAll("\\n", "\n");
}
/** The specs of all NodeConfigs in it that are JSON, in their order. */
const specs = (text: string) => [...text.matchAll(/^\{\n[\s\S]*?^\}/gm)].map(([whole]) => (JSON.parse(whole) as { spec: unknown }).spec);

test.each([
  ["m6id.4xlarge", "amd64", "AL2023_x86_64_STANDARD"],
  ["m7gd.4xlarge", "arm64", "AL2023_ARM_64_STANDARD"],
])("%s: as many nodes as asked, for this fleet alone, with an AMI of their architecture", (instanceType, architecture, ami_type) => {
  const json = nodes(`instanceType: ${instanceType}, architecture: ${architecture}`);
  expect(json).toHaveResourceWithProperties(EksNodeGroup, {
    ami_type,
    instance_types: [instanceType],
    scaling_config: { min_size: 2, desired_size: 2, max_size: 3 },
    taint: [{ key: "actions-runner", value: "warm", effect: "NO_SCHEDULE" }],
  });
  expect(json).toHaveResourceWithProperties(LaunchTemplate, { vpc_security_group_ids: ["sg-1"] });
});

test("with an AMI of one's own EKS is told no type of it, and the node itself its cluster, label and taints, from its first second", () => {
  const json = nodes(`${TYPE}, ami: ami-0123456789abcdef0, startupTaints: [{key: wait, effect: NoExecute}]`);
  expect(json).toHaveResourceWithProperties(LaunchTemplate, { image_id: "ami-0123456789abcdef0" });
  const { resource } = JSON.parse(json) as { resource: { aws_eks_node_group: Record<string, object> } };
  const [group] = Object.values(resource.aws_eks_node_group);
  for (const key of ["ami_type", "release_version", "version"]) expect(group).not.toHaveProperty(key);
  expect(group).toMatchObject({ taint: [{ key: "actions-runner" }, { key: "wait", effect: "NO_EXECUTE" }] });
  expect(specs(told(json))).toEqual([
    {
      cluster: { name: "ci", apiServerEndpoint: "https://api", certificateAuthority: "Q0E=", cidr: "172.20.0.0/16" },
      kubelet: {
        config: { registerWithTaints: [{ key: "actions-runner", value: "warm", effect: "NoSchedule" }, { key: "wait", effect: "NoExecute" }] },
        flags: ["--node-labels=actions-runner=warm"],
      },
    },
  ]);
  // The array of disks is as it is without.
  expect(told(json)).toContain("strategy: RAID0");
  expect(json).not.toHaveDataSource(DataAwsEksCluster);
});

test("the range of an existing cluster's services is looked up for it", () => {
  const json = nodes(`${TYPE}, ami: ami-0123456789abcdef0`, { serviceCidr: undefined });
  expect(json).toHaveDataSourceWithProperties(DataAwsEksCluster, { name: "ci" });
  expect(told(json)).toMatch(/"cidr": "", data\.aws_eks_cluster\.\w+\.kubernetes_network_config\[0\]\.service_ipv4_cidr, ""/);
});

test("what the configuration tells nodes comes after what makes the array, and the limit of pods last", () => {
  const text = told(nodes(`${TYPE}, maxPods: 60, userData: {script: "#!/bin/sh\\necho hello", nodeConfig: {kubelet: {config: {imageGCHighThresholdPercent: 80}}}}`));
  expect(specs(text)).toEqual([{ kubelet: { config: { imageGCHighThresholdPercent: 80 } } }, { kubelet: { flags: ["--max-pods=60"] } }]);
  const order = ["RAID0", "imageGCHighThresholdPercent", "echo hello", "--max-pods"].map((part) => text.indexOf(part));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThan(0);
});

test("key, reservation and role are those that exist", () => {
  const role = "arn:aws:iam::111122223333:role/platform/warm";
  const json = nodes(`${TYPE}, rootDiskKmsKeyArn: "${EC2_KEYS[0]}", capacityReservationId: cr-0123456789abcdef0, zones: [eu-west-1a], roleArn: "${role}"`);
  expect(json).toHaveResourceWithProperties(LaunchTemplate, {
    block_device_mappings: [{ device_name: "/dev/xvda", ebs: { encrypted: "true", kms_key_id: EC2_KEYS[0], volume_size: 30, volume_type: "gp3", delete_on_termination: "true" } }],
    capacity_reservation_specification: { capacity_reservation_target: { capacity_reservation_id: "cr-0123456789abcdef0" } },
  });
  expect(json).toHaveResourceWithProperties(EksNodeGroup, { node_role_arn: role });
  expect(json).not.toHaveResource(IamRole);
});

test("a zone's subnets are those that AWS has there, and none is told before anything is made", () => {
  const json = nodes(`${TYPE}, zones: [eu-west-1a]`);
  expect(json).toHaveDataSourceWithProperties(DataAwsSubnets, {
    filter: [
      { name: "vpc-id", values: ["vpc-1"] },
      { name: "subnet-id", values: ["subnet-1"] },
      { name: "availability-zone", values: ["eu-west-1a"] },
    ],
  });
  const { resource } = JSON.parse(json) as { resource: { aws_eks_node_group: Record<string, { lifecycle: { precondition: { error_message: string }[] } }> } };
  expect(Object.values(resource.aws_eks_node_group)[0]!.lifecycle.precondition[0]!.error_message).toContain("none of the private subnets is there");
});
