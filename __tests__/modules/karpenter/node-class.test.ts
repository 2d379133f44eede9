import { nodeClass } from "../../../modules/karpenter/node-class";
import { nodePool } from "../../../modules/karpenter/node-pool";
import { EC2_KEYS, fleetOf } from "../../support/fleets";
import type { AutoscaledFleet } from "../../../modules/config/fleet";
import { minimal, resources, synthesize } from "../../support/project";

const CONTEXT = { ami: "al2023@v20260724", instanceProfile: "ci-runner-node", subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"], tags: {} };
const spec = (nodes: string) => nodeClass(fleetOf(nodes) as AutoscaledFleet, CONTEXT).spec as Record<string, unknown>;
const template = (nodes: string) => nodePool(fleetOf(nodes) as AutoscaledFleet).spec.template.spec as unknown as Record<string, unknown>;

test.each([
  ["an alias, which says the family itself", "ami: al2023@v20260930", [{ alias: "al2023@v20260930" }], undefined],
  ["an id", "ami: ami-0123456789abcdef0", [{ id: "ami-0123456789abcdef0" }], "AL2023"],
  ["tags, of the account's own AMIs only", "ami: {tags: {golden: yes-it-is, team: '*'}}", [{ tags: { golden: "yes-it-is", team: "*" }, owner: "self" }], "AL2023"],
  ["a parameter", "ami: {ssmParameter: /golden/al2023}", [{ ssmParameter: "/golden/al2023" }], "AL2023"],
  ["the installation's", "", [{ alias: "al2023@v20260724" }], undefined],
])("nodes boot from %s", (_title, nodes, amiSelectorTerms, amiFamily) => {
  expect(spec(nodes)).toMatchObject({ amiSelectorTerms });
  expect(spec(nodes).amiFamily).toBe(amiFamily);
});

test("the key of root disks is the fleet's, and Karpenter may use it and hand it on to EC2 alone", () => {
  const key = EC2_KEYS[0];
  expect(spec(`rootDiskKmsKeyArn: "${key}"`).blockDeviceMappings).toEqual([expect.objectContaining({ ebs: expect.objectContaining({ encrypted: true, kmsKeyID: key }) as unknown })]);
  const { cluster } = synthesize(
    minimal(`cluster: {diskKmsKeyArn: "${EC2_KEYS[1]}"}\nfleets: [{name: a, nodes: {rootDiskKmsKeyArn: "${key}"}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: b, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`),
  ).stacks;
  const documents = resources(cluster, "aws_iam_policy").map(({ policy }) => JSON.parse(policy as string) as { Statement: { Sid: string; Resource: unknown; Condition?: unknown }[] });
  const statements = documents.flatMap(({ Statement }) => Statement).filter(({ Sid }) => Sid.startsWith("DiskKey"));
  expect(statements.map(({ Resource }) => Resource)).toEqual([[EC2_KEYS[1], key], [EC2_KEYS[1], key]]);
  expect(statements[1]!.Condition).toEqual({ Bool: { "kms:GrantIsForAWSResource": "true" } });
});

test("reservations are selected one by one, and bought as reserved before anything else", () => {
  const nodes = "capacityTypes: [reserved, on-demand], zones: [eu-west-1a], capacityReservations: {ids: [cr-0123456789abcdef0], tags: {team: ci}, open: true}";
  expect(spec(nodes).capacityReservationSelectorTerms).toEqual([{ id: "cr-0123456789abcdef0" }, { tags: { team: "ci" } }, { instanceMatchCriteria: "open" }]);
  expect(template(nodes).requirements).toEqual(
    expect.arrayContaining([
      { key: "karpenter.sh/capacity-type", operator: "In", values: ["reserved", "on-demand"] },
      { key: "topology.kubernetes.io/zone", operator: "In", values: ["eu-west-1a"] },
    ]),
  );
  expect(spec("")).not.toHaveProperty("capacityReservationSelectorTerms");
});

test("startup taints are apart from the fleet's own, which stays", () => {
  const nodes = "startupTaints: [{key: node.cilium.io/agent-not-ready, value: 'true', effect: NoExecute}]";
  expect(template(nodes)).toMatchObject({
    taints: [{ key: "actions-runner", value: "main", effect: "NoSchedule" }],
    startupTaints: [{ key: "node.cilium.io/agent-not-ready", value: "true", effect: "NoExecute" }],
  });
});

test("maxPods is the kubelet's, where Karpenter sees it", () => {
  expect(spec("maxPods: 29").kubelet).toEqual({ maxPods: 29 });
  expect(spec("")).not.toHaveProperty("kubelet");
});

test("user data is Terraform's to pass on, not to read", () => {
  const { dagger } = synthesize(
    minimal(`fleets: [{name: main, nodes: {userData: {script: "#!/bin/bash\\necho \${HOME} %{x}\\n", nodeConfig: {kubelet: {config: {imageGCHighThresholdPercent: 80}}}}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`),
  ).stacks;
  const manifests = resources(dagger, "kubernetes_manifest").map(({ manifest }) => manifest as { kind: string; spec: { userData?: string } });
  const { userData = "" } = manifests.find(({ kind }) => kind === "EC2NodeClass")!.spec;
  expect(userData).toContain("echo $${HOME} %%{x}");
  expect(userData.indexOf("imageGCHighThresholdPercent")).toBeGreaterThan(0);
});
