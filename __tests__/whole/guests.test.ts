import type { TerraformJson } from "../../operations/synthesized";
import { EXISTING_VPC, resource, resources, synthesize, type Synthesized } from "../support/project";

/** Every kind of thing that an installation can make, so that nothing is left out of the comparison. */
const FLEETS = `
fleets:
  - name: main
    runners:
      - {cpu: 2, memory: 8Gi, max: 5}
      - {name: guide, kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {mode: autoscaled, min: 1, max: 2}, serviceAccount: {mode: own, roleArn: "arn:aws:iam::111122223333:role/jobs"}}
  - {name: kept, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 1, memory: 4Gi, max: 2}]}
`;
const installation = (name: string, more: string) => `name: ${name}\nregion: eu-west-1\ngithub: {organization: acme, secret: ${name}/github}\n${more}${FLEETS}`;
const guest = (name: string) =>
  installation(
    name,
    `${EXISTING_VPC}
cluster: {mode: existing, name: first, guest: true}
addons:
  karpenter: {mode: existing}
  arc: {mode: existing, namespace: arc-systems, serviceAccount: arc-controller, version: 0.14.2}
  summerwind: existing
  certManager: existing
  metrics: true
`,
  );
const first = installation("first", "addons: {summerwind: install, metrics: true}\n");

const NAMES = ["name", "name_prefix", "node_group_name", "node_group_name_prefix", "principal_arn", "service_account", "addon_name", "bucket"];
/** Kinds that are no thing of their own in AWS: parts of another, and what has an id instead of a name. */
const PARTS =
  /^aws_(iam_role_policy|iam_role_policy_attachment|sqs_queue_policy|cloudwatch_event_target|subnet|vpc|route|route_table|route_table_association|internet_gateway|nat_gateway|eip|flow_log|vpc_endpoint|default_security_group|kms_key|kms_alias|kms_key_policy|security_group|vpc_security_group_ingress_rule|eks_access_policy_association)$/;

/** What tells a thing in AWS from others. A reference is to something of the same installation, but for its cluster. */
function awsName(of: string, type: string, attributes: Record<string, unknown>): string[] {
  if (PARTS.test(type)) return [];
  const scope = ["cluster_name", "namespace"].map((key) => attributes[key]);
  const name = NAMES.map((key) => attributes[key]).filter((value) => value !== undefined);
  if (name.length === 0) throw new Error(`${type} has none of ${NAMES.join(", ")}: say what tells it from others`);
  const text = JSON.stringify([type, scope, name]);
  return [text.replace(/\$\{(data\.aws_eks_cluster\.[^}]*|data\.terraform_remote_state\.cluster\.outputs\.cluster_name|aws_eks_cluster\.[^}]*\.name)\}/g, "first").replace(/\$\{/g, `\${${of}:`)];
}

interface Named {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function kubernetesName(type: string, attributes: Record<string, unknown>): string[] {
  if (type === "helm_release") return [`release ${String(attributes.namespace)}/${String(attributes.name)}`];
  const { kind = type, metadata } = (type === "kubernetes_manifest" ? attributes.manifest : attributes) as Named;
  return [`${kind.replace(/^kubernetes_(.*)_v1$/, "$1")} ${metadata.namespace ?? ""}/${metadata.name}`];
}

function namesOf(of: string, { stacks }: Synthesized): string[] {
  const inStack = ({ resource: all = {} }: TerraformJson) =>
    Object.entries(all).flatMap(([type, items]) =>
      Object.values(items).flatMap((attributes) => {
        if (type.startsWith("aws_")) return awsName(of, type, attributes);
        return type === "terraform_data" ? [] : kubernetesName(type, attributes);
      }),
    );
  return Object.values(stacks).flatMap(inStack);
}

/** Names that two of these installations have. */
function shared(installations: Readonly<Record<string, Synthesized>>): string[] {
  const seen = new Map<string, string>();
  return Object.entries(installations).flatMap(([of, synthesized]) => {
    const names = namesOf(of, synthesized);
    expect(names.length).toBeGreaterThan(20);
    return names.flatMap((name) => {
      const other = seen.get(name);
      seen.set(name, of);
      return other === undefined ? [] : [`${name}: ${other} and ${of}`];
    });
  });
}

const nodeLabels = ({ stacks }: Synthesized) =>
  [
    ...resources(stacks.dagger, "kubernetes_manifest").flatMap(({ manifest }) => (manifest as { spec: { template?: { metadata?: { labels?: Record<string, string> } } } }).spec.template?.metadata?.labels?.["actions-runner"] ?? []),
    ...resources(stacks.dagger, "aws_eks_node_group").map(({ labels }) => (labels as Record<string, string>)["actions-runner"]),
  ].sort();

describe("three installations in one cluster, with fleets of the same names", () => {
  const all = { first: synthesize(first), second: synthesize(guest("second")), third: synthesize(guest("third")) };

  test("share no name in AWS, in Kubernetes or in Helm", () => {
    expect(shared(all)).toEqual([]);
  });

  test("would share what a cluster has once, if the second were no guest", () => {
    const twice = shared({ first: all.first, second: synthesize(guest("second").replace(", guest: true", "")) });
    for (const name of ["NodePool /main", "EC2NodeClass /main", "priority_class /dagger-engine", "namespace /dagger-main"]) {
      expect(twice).toContain(`${name}: first and second`);
    }
  });

  test("share no node: label and taint are each fleet's own in the cluster", () => {
    expect(Object.values(all).map(nodeLabels)).toEqual([["kept", "main"], ["second-kept", "second-main"], ["third-kept", "third-main"]]);
  });

  test("share no name in runs-on", () => {
    const runsOn = Object.values(all).flatMap(({ config }) => config.fleets.flatMap(({ runners }) => runners.map((runner) => runner.runsOn)));
    expect(new Set(runsOn).size).toBe(runsOn.length);
  });

  test("the first is named as it would be alone", () => {
    const { dagger } = all.first.stacks;
    expect(resource(dagger, "kubernetes_priority_class_v1").metadata).toMatchObject({ name: "dagger-engine" });
    expect(resources(dagger, "kubernetes_namespace_v1").map(({ metadata }) => (metadata as { name: string }).name).sort()).toEqual(["dagger-kept", "dagger-main"]);
  });

  test("a guest installs nothing, and its runner deployments bring their own credentials", () => {
    const { addons, cluster, dagger } = all.second.stacks;
    expect(Object.keys(addons.resource ?? {})).toEqual(["terraform_data"]);
    expect(Object.keys(cluster.resource ?? {}).sort()).toEqual(["aws_eks_access_entry", "aws_iam_instance_profile", "aws_iam_role", "aws_iam_role_policy_attachment", "terraform_data"]);
    expect(JSON.stringify(resource(dagger, "kubernetes_manifest", "main_guide_"))).toContain('"githubAPICredentialsFrom":{"secretRef":{"name":"github-credentials"}}');
  });
});

test("a guest stays one, and who is none does not become one", () => {
  const memory = (yaml: string) => resource(synthesize(yaml).stacks.cluster, "terraform_data", "standing") as { input: object; lifecycle: { postcondition: { condition: string; error_message: string }[] } };
  const conditionsOf = (yaml: string) => memory(yaml).lifecycle.postcondition.map(({ condition, error_message: sentence }) => [condition, sentence] as const);
  const alone = guest("second").replace(", guest: true", "");
  expect(memory(guest("second")).input).toEqual({ cluster: "first", key: "", guest: "true" });
  expect(memory(alone).input).toEqual({ cluster: "first", key: "" });
  const why = "its node pools and their nodes would be made anew under other names. Put it back, or make another installation.";
  expect(conditionsOf(guest("second"))).toContainEqual([
    '${self.input.cluster != "first" || try(self.input.guest, "false") == "true"}',
    `cluster.guest is true, but this installation stands as the first in the cluster: ${why}`,
  ]);
  expect(conditionsOf(alone)).toContainEqual([
    '${self.input.cluster != "first" || try(self.input.guest, "false") == "false"}',
    `cluster.guest is false, but this installation stands as a guest: ${why}`,
  ]);
});

test("the first installation's Karpenter may use what its guests have", () => {
  const key = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  const role = "arn:aws:iam::111122223333:role/second-runner-node";
  const { stacks } = synthesize(installation("first", `addons: {karpenter: {guests: {nodeRoleArns: ["${role}"], diskKmsKeyArns: ["${key}"], amiParameters: [/second/ami]}}, summerwind: install}\n`));
  const policy = (concern: string) => (JSON.parse(resource(stacks.cluster, "aws_iam_policy", `karpenter_${concern}`).policy as string) as { Statement: { Sid: string; Resource: unknown }[] }).Statement;
  expect(policy("node-identity").find(({ Sid }) => Sid === "PassNodeRole")!.Resource).toEqual([expect.stringContaining("aws_iam_role.runner-nodes"), role]);
  expect(JSON.stringify(policy("cluster-and-queue"))).toContain(key);
  expect(policy("discovery").find(({ Sid }) => Sid === "ReadYourAmiParameters")!.Resource).toEqual([expect.stringMatching(/:parameter\/second\/ami$/)]);
});
