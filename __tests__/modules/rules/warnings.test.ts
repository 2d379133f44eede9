import { parseConfig } from "../../../modules/load-config";
import { warnings } from "../../../modules/rules/warnings";
import { EXISTING, minimal } from "../../support/project";

const NOVEMBER = new Date("2026-11-26T00:00:00Z");
const told = (yaml: string, today = NOVEMBER) => warnings(parseConfig(yaml), today);
const inFleet = (body: string) => minimal(`fleets: [{name: main, ${body}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`);

test("nothing is told of the default configuration while its facts are fresh", () => {
  expect(told(minimal())).toEqual([]);
});

test.each<[string, string, Date, string[]]>([
  ["a region newer than the facts", minimal().replace("eu-west-1", "eu-west-4"), NOVEMBER, [
    "Region eu-west-4 is newer than what is known here (of 2026-11-25): nothing of it was checked. npm run regions renews it.",
  ]],
  ["a region of which it is not known what it sells", minimal().replace("eu-west-1", "cn-north-1"), NOVEMBER, [
    "Whether cn-north-1 sells m7i.large and m6i.large is not known here. npm run offerings -- --region cn-north-1 finds out.",
  ]],
  ["an instance type newer than the facts", minimal("cluster: {supportNodes: {instanceTypes: [m9i.large]}}"), NOVEMBER, [
    "Instance type m9i.large is newer than what is known here (of 2026-11-25): it was not checked. npm run offerings renews it.",
  ]],
  ["a family newer than the facts", inFleet("nodes: {families: [m6id, m9id]}"), NOVEMBER, [
    "Instance family m9id is newer than what is known here (of 2026-11-25): none of its types was reckoned with. npm run offerings and npm run instance-types renew it.",
  ]],
  ["the end of standard support that comes", minimal('versions: {kubernetes: "1.34"}'), NOVEMBER, [
    "EKS's standard support of Kubernetes 1.34 ends on 2026-12-02: AWS then upgrades the cluster by itself.",
  ]],
  ["the end of standard support that has been", minimal('versions: {kubernetes: "1.34"}'), new Date("2026-12-03T00:00:00Z"), [
    "EKS's standard support of Kubernetes 1.34 ended on 2026-12-02 (cluster.supportType: STANDARD).",
  ]],
  ["versions newer than those that were tried", inFleet("dagger: 0.30.0").replace("fleets:", "versions: {arc: 0.15.1, karpenter: 1.20.0}\nfleets:"), NOVEMBER, [
    "ARC 0.15.1 is newer than 0.14.2, with whose charts this project was tried: read docs/operations.md#arc first.",
    "Karpenter 1.20.0 is newer than 1.14.1, with which this project was tried, and than its support matrix here. npm run karpenter-support renews it.",
    "Dagger 0.30.0 is newer than 0.21.9, with which this project was tried.",
  ]],
  ["what an existing cluster must have", minimal(EXISTING), NOVEMBER, [
    "Karpenter gets its credentials by EKS Pod Identity: cluster platform must have the add-on eks-pod-identity-agent (or set cluster.addons).",
    "Names of node pools, namespaces and the priority class dagger-engine must be free in cluster platform: beside another installation of this project, set cluster.guest: true.",
  ]],
  ["what an existing cluster's network must have", minimal(`${EXISTING}\ntags: {team: ci}\nfleets: [{name: main, nodes: {maxPods: 110}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`), NOVEMBER, [
    "Interfaces that vpc-cni makes in cluster platform get none of the tags here: set ADDITIONAL_ENI_TAGS there if they must have them.",
    "nodes.maxPods of main is more than nodes have addresses for, unless vpc-cni of cluster platform delegates prefixes.",
    "Karpenter gets its credentials by EKS Pod Identity: cluster platform must have the add-on eks-pod-identity-agent (or set cluster.addons).",
    "Names of node pools, namespaces and the priority class dagger-engine must be free in cluster platform: beside another installation of this project, set cluster.guest: true.",
  ]],
  ["what an existing cluster must have for seeds", minimal(`${EXISTING}\nfleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`), NOVEMBER, [
    "Karpenter and the pods of seeds get their credentials by EKS Pod Identity: cluster platform must have the add-on eks-pod-identity-agent (or set cluster.addons).",
    "Names of node pools, namespaces and the priority class dagger-engine must be free in cluster platform: beside another installation of this project, set cluster.guest: true.",
  ]],
  ["the same, where Karpenter is the cluster's", minimal(`${EXISTING}\naddons: {karpenter: {mode: existing}}\nfleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`), NOVEMBER, [
    "The pods of seeds get their credentials by EKS Pod Identity: cluster platform must have the add-on eks-pod-identity-agent (or set cluster.addons).",
    "Names of node pools, namespaces and the priority class dagger-engine must be free in cluster platform: beside another installation of this project, set cluster.guest: true.",
  ]],
  ["spot nodes that publish", inFleet("seed: {publish: true}, nodes: {capacityTypes: [spot, on-demand]}"), NOVEMBER, [
    "Fleet main publishes its cache from spot nodes too: two minutes, after which AWS ends one, are often too short for it. Nodes that leave in peace publish.",
  ]],
  ["nothing of spot nodes that only restore", minimal("fleets: [{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: pr, seed: {from: main}, nodes: {capacityTypes: [spot]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), NOVEMBER, []],
])("%s is told, and refused by nobody", (_title, yaml, today, expected) => {
  expect(told(yaml, today)).toEqual(expected);
});

test("old facts are told with the command that renews them; none of them ever fails", () => {
  const later = told(minimal(), new Date("2040-01-01T00:00:00Z"));
  expect(later.map((line) => /npm run (\S+)/.exec(line)?.[1]).filter(Boolean)).toEqual([
    "regions", "offerings", "instance-types", "kubernetes-support", "karpenter-support",
  ]);
});
