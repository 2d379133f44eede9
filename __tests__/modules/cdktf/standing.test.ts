import { hasTerraform, StandIn, type Answers } from "../../support/standing";
import { EXISTING_VPC, minimal, resource, resources, scenario, synthesize } from "../../support/project";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-0000-4000-8000-000000000000";
const ROLE = "arn:aws:iam::111122223333:role/platform/eks-node";
const OTHER_KEY = KEY.replace("0f1e", "ffff");
const cluster = (yaml: string) => synthesize(minimal(yaml)).stacks.cluster;
const subnets = (...ids: string[]): Answers => ({
  network: { intra_subnet_ids: ids.map((id) => `subnet-intra-${id}`), private_subnet_ids: ids.map((id) => `subnet-${id}`) },
  aws_caller_identity: { account_id: "111122223333" },
  aws_eks_cluster: { name: "shared", arn: "arn:aws:eks:eu-west-1:111122223333:cluster/shared" },
});

describe("the key of a cluster", () => {
  const own = Object.entries({ aws_kms_key: 0, aws_kms_alias: 0 }).map(([type]) => `${type}.${Object.keys(cluster("").resource![type]!)[0]!}`);

  test("is never destroyed: a stack without its own forgets one that is in the state", () => {
    const withKey = cluster(`cluster: {kmsKeyArn: "${KEY}"}`);
    expect(resources(withKey, "aws_kms_key")).toEqual([]);
    expect(withKey.removed).toEqual(own.map((from) => ({ from, lifecycle: { destroy: false } })));
    expect(cluster("")).not.toHaveProperty("removed");
  });

  test("and the service range are told as configured, so that they can be compared", () => {
    const outputs = (yaml: string) => [cluster(yaml).output!.kms_key_arn!.value, cluster(yaml).output!.service_cidr!.value];
    expect(outputs(`cluster: {kmsKeyArn: "${KEY}", serviceCidr: 172.21.0.0/16}`)).toEqual([KEY, "172.21.0.0/16"]);
    expect(outputs("")).toEqual(["", "172.20.0.0/16"]);
    expect(outputs(`${EXISTING_VPC}\ncluster: {mode: existing, name: shared}`)).toEqual(["", ""]);
  });
});

describe("node groups", () => {
  const groups = (yaml: string) => {
    const { stacks } = synthesize(yaml);
    return [...resources(stacks.cluster, "aws_eks_node_group"), ...resources(stacks.dagger, "aws_eks_node_group")];
  };

  test("get their successor before they go, which a fixed name would not allow", () => {
    const warm = "fleets: [{name: warm, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]";
    for (const group of groups(minimal(warm))) {
      expect(group).not.toHaveProperty("node_group_name");
      expect(group.lifecycle).toMatchObject({ create_before_destroy: true });
    }
    expect(groups(minimal(warm)).map(({ node_group_name_prefix }) => node_group_name_prefix)).toEqual(["dagger-ci-support-", "dagger-ci-warm-"]);
  });

  test("have names that AWS accepts, for the longest names: 63 characters with the 26 that Terraform adds", () => {
    const longest = minimal(
      `fleets: [{name: ${"f".repeat(20)}, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, runners: [{name: s, cpu: 2, memory: 8Gi, max: 2, runsOn: r}]}]`,
    ).replace("name: dagger-ci", `name: ${"a".repeat(32)}`);
    for (const { node_group_name_prefix } of groups(longest)) expect((node_group_name_prefix as string).length).toBeLessThanOrEqual(63 - 26);
  });

  test("a fleet that stays keeps its subnets when a zone is added, and its nodes when a tag is", () => {
    const { dagger } = scenario("three fleets").stacks;
    expect(resource(dagger, "aws_eks_node_group").lifecycle).toMatchObject({ ignore_changes: expect.arrayContaining(["subnet_ids"]) as unknown });
    expect(resource(dagger, "aws_launch_template").lifecycle).toMatchObject({ ignore_changes: ["tag_specifications"] });
  });
});

const inTerraform = hasTerraform ? describe : describe.skip;
inTerraform("while a cluster stands (needs Terraform on the PATH)", () => {
  let standIn: StandIn;
  beforeEach(() => (standIn = new StandIn()));
  afterEach(() => standIn.remove());
  const here = subnets("a", "b");

  test.each([
    ["a key of one's own is set", "", `cluster: {kmsKeyArn: "${KEY}"}`, `cluster.kmsKeyArn says ${KEY}, but the cluster encrypts with `],
    ["it is taken away", `cluster: {kmsKeyArn: "${KEY}"}`, "", `cluster.kmsKeyArn says a key of the stack's own, but the cluster encrypts with ${KEY}, and EKS never`],
    ["another one", `cluster: {kmsKeyArn: "${KEY}"}`, `cluster: {kmsKeyArn: "${OTHER_KEY}"}`, `cluster.kmsKeyArn says ${OTHER_KEY}, but the cluster encrypts with ${KEY}, and EKS never`],
    ["another service range", "", "cluster: {serviceCidr: 172.21.0.0/16}", "cluster.serviceCidr is 172.21.0.0/16, but the cluster stands with 172.20.0.0/16, and EKS"],
    ["a role of runner nodes that exists", "", `cluster: {runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}}`, `cluster.runnerNodes.roleArn says ${ROLE}, but runner nodes have a role of the stack's own, and would lose`],
    ["the stack's own role again", `cluster: {runnerNodes: {roleArn: "${ROLE}", instanceProfile: eks-node}}`, "", `cluster.runnerNodes.roleArn says a role of the stack's own, but runner nodes have ${ROLE}, and would lose`],
    ["a path", "", "cluster: {iamPath: /platform/}", "cluster.iamPath is /platform/, but the roles of this installation stand under /, and another path"],
    ["no path any more", "cluster: {iamPath: /platform/}", "", "cluster.iamPath is /, but the roles of this installation stand under /platform/, and another path"],
    ["an existing cluster", "", `${EXISTING_VPC}\ncluster: {mode: existing, name: shared}`, "cluster says shared, but this installation stands in a cluster of its own."],
    ["another existing one", `${EXISTING_VPC}\ncluster: {mode: existing, name: shared}`, `${EXISTING_VPC}\ncluster: {mode: existing, name: other}`, "cluster says other, but this installation stands in shared."],
  ])("is refused, and put back nothing is to be done: %s", (_what, before, after, sentence) => {
    standIn.apply(cluster(before), here);
    const { refusals } = standIn.plan(cluster(after), here);
    expect(refusals).toEqual([expect.stringContaining(sentence)]);
    expect(standIn.plan(cluster(before), here)).toEqual({ refusals: [], changes: {} });
  }, 120_000);

  test("the control plane stays where it was made: subnets may be added, not taken away", () => {
    standIn.apply(cluster(""), here);
    const more = standIn.plan(cluster(""), subnets("a", "b", "c"));
    expect(more.refusals).toEqual([]);
    // The support nodes go to the new zone; the cluster is not touched.
    expect(Object.keys(more.changes)).toEqual([expect.stringMatching(/^aws_eks_node_group__support-nodes/)]);
    expect(standIn.plan(cluster(""), subnets("b", "c")).refusals).toEqual([
      expect.stringContaining("The control plane stands in subnet-intra-a, which network no longer has."),
    ]);
  }, 120_000);

  test("a fleet that stays has its nodes for life; its size may change", () => {
    const fleet = (nodes: string) =>
      synthesize(minimal(`fleets: [{name: warm, nodes: {mode: persistent, ${nodes}}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]`)).stacks.dagger;
    const onlyNodes = (yaml: string) => {
      const { resource: all } = fleet(yaml);
      return { resource: Object.fromEntries(Object.entries(all!).filter(([type]) => type.startsWith("aws_"))) };
    };
    const outputs = { ...here, cluster: { cluster_name: "dagger-ci", cluster_endpoint: "https://api", cluster_ca: "Q0E=", runner_security_group_ids: ["sg-1"] } };
    standIn.apply(onlyNodes("instanceType: m6id.4xlarge, count: 2"), outputs);
    expect(standIn.plan(onlyNodes("instanceType: m6id.8xlarge, count: 2"), outputs).refusals).toEqual([
      expect.stringContaining("nodes.instanceType of fleet warm is m6id.8xlarge, but its nodes stand with m6id.4xlarge."),
    ]);
    expect(standIn.plan(onlyNodes("instanceType: m6gd.4xlarge, architecture: arm64, count: 2"), outputs).refusals).toHaveLength(2);
    expect(standIn.plan(onlyNodes("instanceType: m6id.4xlarge, count: 3"), outputs).refusals).toEqual([]);
    // EKS knows no way from its own AMIs to another; the role is that of the group for life.
    expect(standIn.plan(onlyNodes("instanceType: m6id.4xlarge, count: 2, ami: ami-0123456789abcdef0"), outputs).refusals).toEqual([
      expect.stringContaining("nodes.ami of fleet warm is ami-0123456789abcdef0, but its nodes stand with AL2023_x86_64_STANDARD."),
    ]);
    expect(standIn.plan(onlyNodes(`instanceType: m6id.4xlarge, count: 2, roleArn: "${ROLE}"`), outputs).refusals).toEqual([
      expect.stringContaining(`nodes.roleArn of fleet warm is ${ROLE}, but its nodes stand with `),
    ]);
    const inZone = (...ids: string[]) => ({ ...outputs, aws_subnets: { ids } });
    const zoned = onlyNodes("instanceType: m6id.4xlarge, count: 2, zones: [eu-west-1a]");
    expect(standIn.plan(zoned, inZone("subnet-a")).refusals).toEqual([expect.stringContaining("nodes.zones of fleet warm is eu-west-1a, but its nodes stand with subnet-b.")]);
    expect(standIn.plan(zoned, inZone("subnet-a", "subnet-b")).refusals).toEqual([]);
  }, 120_000);

  test("a fleet that stays is made only where there is a subnet for it", () => {
    const { resource: all } = synthesize(
      minimal("fleets: [{name: warm, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2, zones: [eu-west-1a]}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]"),
    ).stacks.dagger;
    const nodes = { resource: Object.fromEntries(Object.entries(all!).filter(([type]) => type.startsWith("aws_"))) };
    const outputs = { ...here, cluster: { cluster_name: "dagger-ci", runner_security_group_ids: ["sg-1"] } };
    expect(standIn.plan(nodes, { ...outputs, aws_subnets: { ids: [] } }).refusals).toEqual([expect.stringContaining("nodes.zones of fleet warm is eu-west-1a, but none of the private subnets is there.")]);
    standIn.apply(nodes, { ...outputs, aws_subnets: { ids: ["subnet-a"] } });
    expect(standIn.plan(nodes, { ...outputs, aws_subnets: { ids: ["subnet-a"] } })).toEqual({ refusals: [], changes: {} });
  }, 120_000);
});
