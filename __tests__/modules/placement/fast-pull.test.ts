import { pullsInParallel } from "../../../modules/placement/fast-pull";
import { fleetOf } from "../../support/fleets";
import { minimal, resources, synthesize } from "../../support/project";

const AMI = "al2023@v20260930";
const STAYS = "mode: persistent, instanceType: m6id.4xlarge, count: 1";

test.each<[string, string, string, boolean]>([
  ["EKS's own AMI", "", AMI, true],
  ["another release of it", "ami: al2023@v20260707", AMI, true],
  ["an AMI that is not EKS's", "ami: ami-0123456789abcdef0", AMI, false],
  ["the same, as its owner knows that it can", "ami: ami-0123456789abcdef0, fastImagePull: true", AMI, true],
  ["switched off", "fastImagePull: false", AMI, false],
  ["settings of containerd, such as mirrors", "userData: {nodeConfig: {containerd: {config: 'version = 3'}}}", AMI, false],
  ["other settings", "userData: {nodeConfig: {kubelet: {flags: [--v=2]}}}", AMI, true],
  ["the gate is set in user data", "userData: {nodeConfig: {featureGates: {FastImagePull: true}}}", AMI, false],
  ["nodes that stay", `${STAYS}, releaseVersion: 1.35.6-20260818`, AMI, false],
  ["nodes that stay, told to", `${STAYS}, fastImagePull: true`, AMI, true],
])("layers of an image are pulled at once: %s", (_title, nodes, ami, parallel) => {
  expect(pullsInParallel(fleetOf(nodes).nodes, ami)).toBe(parallel);
});

test("nodes are told by a NodeConfig of its own, over which the user's goes", () => {
  const fleets = `fleets: [{name: main, nodes: {userData: {nodeConfig: {kubelet: {flags: [--v=2]}}}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`;
  const { dagger } = synthesize(minimal(fleets)).stacks;
  const manifests = resources(dagger, "kubernetes_manifest").map(({ manifest }) => manifest as { kind: string; spec: { userData?: string } });
  const { userData = "" } = manifests.find(({ kind }) => kind === "EC2NodeClass")!.spec;
  const specs = userData.split("--part").flatMap((part) => (part.includes("node.eks.aws/v1alpha1") ? [(JSON.parse(part.slice(part.indexOf("{"))) as { spec: object }).spec] : []));
  expect(specs).toEqual([{ featureGates: { FastImagePull: true } }, { kubelet: { flags: ["--v=2"] } }]);
});
