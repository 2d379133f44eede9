import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { addressPlan } from "../../modules/placement/address-plan";
import { karpenterPolicies } from "../../modules/karpenter/policies";
import { minimal, resource, resources, scenario, synthesize } from "../support/project";
import { snapshotsOf } from "../support/snapshots";
import "../support/testing"; // the matchers

const LONGEST_NAME = "a".repeat(32);
const LONGEST_CLUSTER_NAME = "c".repeat(100);
const LONGEST_REGION = "ap-southeast-1";

test("no Karpenter policy overflows IAM's 6,144 characters, for the longest names", () => {
  const account = "111122223333";
  const policies = karpenterPolicies({
    region: LONGEST_REGION,
    clusterName: LONGEST_CLUSTER_NAME,
    clusterArn: `arn:aws-us-gov:eks:${LONGEST_REGION}:${account}:cluster/${LONGEST_CLUSTER_NAME}`,
    nodeRoleArn: `arn:aws-us-gov:iam::${account}:role/${LONGEST_NAME}-runner-node`,
    queueArn: `arn:aws-us-gov:sqs:${LONGEST_REGION}:${account}:${LONGEST_NAME}-karpenter`,
    zonalShift: true,
  });
  for (const [concern, document] of Object.entries(policies)) {
    expect({ concern, tooLong: document.length > 6144 }).toEqual({ concern, tooLong: false });
  }
  const together = Object.values(policies).join("").length;
  expect(together).toBeGreaterThan(5000);
});

test("AWS accepts every name that is made from the longest configured name", () => {
  const { stacks } = synthesize(
    minimal().replace("name: dagger-ci", `name: ${LONGEST_NAME}`).replace("\n", "\nfleets: [{name: f, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]\n"),
  );
  const limits = {
    aws_iam_role: 64,
    aws_iam_policy: 128,
    aws_iam_instance_profile: 128,
    aws_cloudwatch_event_rule: 64,
    aws_sqs_queue: 80,
    aws_launch_template: 128,
    aws_eks_cluster: 100,
  };
  for (const [type, limit] of Object.entries(limits)) {
    const found = [...resources(stacks.network, type), ...resources(stacks.cluster, type)];
    expect(found.length).toBeGreaterThan(0);
    for (const { name } of found) expect((name as string).length).toBeLessThanOrEqual(limit);
  }
});

test("of the default types of support nodes those are taken that the region sells", () => {
  const types = (region: string) => resource(synthesize(minimal().replace("eu-west-1", region)).stacks.cluster, "aws_eks_node_group").instance_types;
  expect(types("eu-west-1")).toEqual(["m7i.large", "m6i.large"]);
  expect(types("ca-west-1")).toEqual(["m6i.large"]);
  expect(types("ap-southeast-4")).toEqual(["m7i.large"]);
});

test("five rules carry exactly the events that Karpenter understands to the queue", () => {
  const { cluster } = scenario("defaults").stacks;
  const patterns = resources(cluster, "aws_cloudwatch_event_rule").map((rule) => rule.event_pattern);
  expect(patterns.sort()).toEqual([
    '{"source":["aws.ec2"],"detail-type":["EC2 Capacity Reservation Instance Interruption Warning"]}',
    '{"source":["aws.ec2"],"detail-type":["EC2 Instance Rebalance Recommendation"]}',
    '{"source":["aws.ec2"],"detail-type":["EC2 Instance State-change Notification"]}',
    '{"source":["aws.ec2"],"detail-type":["EC2 Spot Instance Interruption Warning"]}',
    '{"source":["aws.health"],"detail-type":["AWS Health Event"]}',
  ]);
  const rules = Object.keys(cluster.resource!.aws_cloudwatch_event_rule!);
  const targets = resources(cluster, "aws_cloudwatch_event_target").map((target) => target.rule);
  expect(targets.sort()).toEqual(rules.map((id) => `\${aws_cloudwatch_event_rule.${id}.name}`).sort());
});

test("add-ons that nodes need come before them, those that need nodes after", () => {
  const { cluster } = scenario("defaults").stacks;
  const dependsOn = (entry: Record<string, unknown>) => ((entry.depends_on as string[] | undefined) ?? []).join(" ");
  const nodes = dependsOn(resource(cluster, "aws_eks_node_group"));
  for (const addon of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) expect(nodes).toContain(`_${addon}_`);
  for (const addon of ["coredns", "aws-ebs-csi-driver"]) {
    expect(nodes).not.toContain(addon);
    const entry = resources(cluster, "aws_eks_addon").find(({ addon_name }) => addon_name === addon)!;
    expect(dependsOn(entry)).toContain("aws_eks_node_group.");
  }
});

test("the cluster is closed by default: access entries only, private API, encrypted, protected", () => {
  expect(scenario("defaults").json.cluster).toHaveResourceWithProperties(EksCluster, {
    access_config: expect.objectContaining({ authentication_mode: "API" }) as unknown,
    bootstrap_self_managed_addons: false,
    deletion_protection: true,
    encryption_config: expect.objectContaining({ resources: ["secrets"] }) as unknown,
    vpc_config: expect.objectContaining({ endpoint_private_access: true, endpoint_public_access: false }) as unknown,
  });
});

test("runner nodes join by an EC2_LINUX entry and hold no right that jobs could misuse", () => {
  const { cluster } = scenario("defaults").stacks;
  const entry = resources(cluster, "aws_eks_access_entry").find(({ type }) => type === "EC2_LINUX")!;
  const roleId = /aws_iam_role\.(runner-nodes_\w+)\.arn/.exec(entry.principal_arn as string)![1]!;
  const attached = resources(cluster, "aws_iam_role_policy_attachment")
    .filter(({ role }) => (role as string).includes(roleId))
    .map(({ policy_arn }) => policy_arn);
  expect(attached.sort()).toEqual([
    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
  ]);
});

test("subnets of a VPC neither overlap nor leave it, and adding a zone moves none", () => {
  const two = addressPlan("10.0.0.0/16", 2);
  const six = addressPlan("10.0.0.0/16", 6);
  expect(two).toEqual({
    private: ["10.0.0.0/19", "10.0.32.0/19"],
    public: ["10.0.224.0/24", "10.0.225.0/24"],
    intra: ["10.0.240.0/24", "10.0.241.0/24"],
  });
  for (const role of ["private", "public", "intra"] as const) expect(six[role].slice(0, 2)).toEqual(two[role]);
  expect(addressPlan("10.1.16.0/20", 6).intra.at(-1)).toBe("10.1.31.80/28");
});

const PARTS = {
  cluster: "the control plane, its key and its log",
  "addons-before-nodes": "what nodes cannot start without, and its rights",
  "addons-after-nodes": "what runs on nodes, and its rights",
  "support-nodes": "the nodes of controllers, and their rights",
  "runner-nodes": "how nodes of fleets join, and what they may do",
  karpenter: "what Karpenter may do",
  "interruption-queue": "the events that reach Karpenter",
  network: "what is read of the network",
  standing: "what stands is remembered, to refuse what would destroy it",
  stack: "what is handed on",
};

describe("what the stack holds by default", () => {
  snapshotsOf(scenario("defaults"), "cluster", PARTS);
});

describe("what a private installation without NAT holds", () => {
  snapshotsOf(scenario("private without NAT"), "cluster", { ...PARTS, access: "who may enter" });
});

describe("what is left to do for an existing cluster", () => {
  snapshotsOf(scenario("existing VPC and cluster"), "cluster", {
    cluster: "the cluster is looked up by its name",
    "runner-nodes": "how nodes of fleets join, and what they may do",
    standing: "what stands is remembered, to refuse what would destroy it",
    stack: "what is handed on",
  });
});
