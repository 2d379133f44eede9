import { eksAddonValues } from "../../../modules/cluster/eks-addon-values";
import { parseConfig } from "../../../modules/load-config";
import { mostAddresses } from "../../../modules/placement/addresses";
import { problemsIn } from "../../support/problems";
import { minimal, resources, synthesize } from "../../support/project";

const values = (yaml: string, name: Parameters<typeof eksAddonValues>[2] = "vpc-cni") => {
  const { cluster, tags } = parseConfig(minimal(yaml));
  return eksAddonValues(cluster, tags, name);
};
const written = (yaml: string): Record<string, unknown> =>
  Object.fromEntries(resources(synthesize(minimal(yaml)).stacks.cluster, "aws_eks_addon").map(({ addon_name, configuration_values }): [string, unknown] => [String(addon_name), configuration_values]));

test("what an installation tags, vpc-cni puts on its interfaces too, but for what it would ignore", () => {
  expect(values('tags: {CostCentre: "1234", "cluster.k8s.amazonaws.com/name": x}')).toEqual({ env: { ADDITIONAL_ENI_TAGS: '{"CostCentre":"1234"}' } });
  expect(values("")).toBeUndefined();
  expect(written("")["vpc-cni"]).toBeUndefined();
});

test("prefixes, tags and settings of one's own go into one configuration", () => {
  const yaml = 'tags: {team: ci}\ncluster: {addons: {vpc-cni: {prefixDelegation: true, configuration: {env: {WARM_PREFIX_TARGET: "2", AWS_VPC_K8S_CNI_EXTERNALSNAT: "true"}, enableNetworkPolicy: "true"}}}}';
  expect(JSON.parse(written(yaml)["vpc-cni"] as string)).toEqual({
    env: { ADDITIONAL_ENI_TAGS: '{"team":"ci"}', ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "2", AWS_VPC_K8S_CNI_EXTERNALSNAT: "true" },
    enableNetworkPolicy: "true",
  });
});

test("a setting of one's own leaves what the stack must have", () => {
  expect(values("cluster: {addons: {aws-ebs-csi-driver: {configuration: {controller: {extraVolumeTags: {team: ci}}}}}}", "aws-ebs-csi-driver")).toMatchObject({
    controller: { extraVolumeTags: { team: "ci" }, tolerations: [{ key: "CriticalAddonsOnly" }] },
    node: { tolerateAllTaints: false },
  });
});

const addon = (text: string) => minimal(`cluster: {addons: {${text}}}`);
const at = (rest: string) => `cluster.addons.${rest}`;
const RECKONED = "nothing: placement reckons with this DaemonSet as AWS delivers it, and runners would be planned where there is no room";
test.each<[string, string, string[]]>([
  ["a mistyped variable", addon('vpc-cni: {configuration: {env: {WARM_IP_TARGT: "2"}}}'), [at('vpc-cni.configuration.env.WARM_IP_TARGT | "2" | a variable that vpc-cni has; did you mean WARM_IP_TARGET?')]],
  ["a truth value for a variable", addon("vpc-cni: {configuration: {env: {AWS_VPC_K8S_CNI_EXTERNALSNAT: true}}}"), [at("vpc-cni.configuration.env.AWS_VPC_K8S_CNI_EXTERNALSNAT | true | text, in quotes: EKS takes nothing else for a variable")]],
  ["prefixes past the setting for them", addon('vpc-cni: {configuration: {env: {ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1"}}}'), [
    at('vpc-cni.configuration.env.ENABLE_PREFIX_DELEGATION | "true" | prefixDelegation beside configuration, by which placement and addresses are reckoned'),
    at('vpc-cni.configuration.env.WARM_PREFIX_TARGET | "1" | nothing without prefixDelegation: true'),
  ]],
  ["tags past the setting for them", addon('vpc-cni: {configuration: {env: {ADDITIONAL_ENI_TAGS: "{}"}}}'), [at('vpc-cni.configuration.env.ADDITIONAL_ENI_TAGS | "{}" | `tags` of the whole installation, which the stack gives to vpc-cni')]],
  ["variables as the report wrote them", addon('vpc-cni: {env: {ENABLE_PREFIX_DELEGATION: "true"}}'), [at('vpc-cni.env | {"ENABLE_PREFIX_DELEGATION":"true"} | configuration: {env: {…}}, as the add-on itself has it; for prefixes prefixDelegation: true')]],
  ["what placement reckons with", addon("kube-proxy: {configuration: {resources: {requests: {cpu: 500m}}}}"), [at(`kube-proxy.configuration.resources | {"requests":{"cpu":"500m"}} | ${RECKONED}`)]],
  ["CoreDNS elsewhere", addon("coredns: {configuration: {tolerations: []}}"), [at("coredns.configuration.tolerations | [] | nothing: where it runs follows from cluster.supportNodes")]],
  ["no network of one's own", addon("vpc-cni: false"), [at("vpc-cni | false | true in a new cluster: support nodes would have no network and never be ready. A cluster with another network: make it apart, and use cluster.mode: existing")]],
])("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});

test("with prefixes a node takes sixteen addresses at a time", () => {
  const { fleets } = parseConfig(minimal("fleets: [{name: main, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 5}]}]"));
  // Five runners and an engine, the node's own, a listener; support nodes and their pods are 2 and 8.
  expect(mostAddresses(fleets, 2)).toBe(2 + 8 + 5 + 2 + 1);
  expect(mostAddresses(fleets, 2, true)).toBe(2 + 8 + 1 + 16 + 16 + 1);
});
