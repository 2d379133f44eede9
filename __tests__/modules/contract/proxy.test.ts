import { parseConfig } from "../../../modules/load-config";
import { engineProxyEnvironment } from "../../../modules/contract/proxy";
import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { chartOf, EXISTING, minimal, resource, resources, synthesize, valuesOf } from "../../support/project";
import type { TerraformJson } from "../../../operations/synthesized";

const PROXY = "http://proxy.acme.example:3128";
const EVERYTHING = [
  "addons: {summerwind: install}",
  "fleets:",
  "  - name: main",
  "    runners:",
  "      - {cpu: 2, memory: 8Gi, max: 2, docker: true}",
  "      - {kind: runner-deployment, name: classic, cpu: 2, memory: 8Gi, scaling: {max: 2, repositories: [api]}}",
  "  - {name: warm, nodes: {mode: persistent, instanceType: m6id.2xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}",
].join("\n");

type Environment = { name: string; value?: string; valueFrom?: unknown }[];
const values = (stack: TerraformJson, chart: string) =>
  valuesOf(resources(stack, "helm_release").find((release) => chartOf(release) === chart)!) as Record<string, unknown>;
const only = (environment: unknown) => (environment as Environment).filter(({ name }) => /_proxy$/i.test(name));

/** The proxy's environment of every container that goes out. */
function environments({ addons, dagger }: Record<"addons" | "dagger", TerraformJson>): Record<string, Environment> {
  const certManager = values(addons, "cert-manager") as Record<string, { extraEnv: Environment }>;
  const set = values(dagger, "gha-runner-scale-set") as { template: { spec: { containers: { env: Environment }[]; initContainers: { name: string; env: Environment }[] } } };
  const manifests = resources(dagger, "kubernetes_manifest").map(({ manifest }) => manifest as { kind: string; spec: { template: { spec: { env: Environment } } } });
  return {
    karpenter: only((values(addons, "karpenter").controller as { env: unknown }).env),
    "ARC's controller": only(values(addons, "gha-runner-scale-set-controller").env),
    "summerwind's controller": only(values(addons, "actions-runner-controller").env),
    "cert-manager": only(certManager.extraEnv),
    "its webhook": only(certManager.webhook!.extraEnv),
    "its injector": only(certManager.cainjector!.extraEnv),
    "its check": only(certManager.startupapicheck!.extraEnv),
    engine: only((values(dagger, "dagger-helm").engine as { env: unknown }).env),
    runner: only(set.template.spec.containers[0]!.env),
    dockerd: only(set.template.spec.initContainers.find(({ name }) => name === "docker")!.env),
    "runner of the summerwind kind": only(manifests.find(({ kind }) => kind === "RunnerDeployment")!.spec.template.spec.env),
  };
}

test("every consumer has the same environment", () => {
  const { stacks } = synthesize(minimal(`proxy: {http: "${PROXY}", https: "${PROXY}", noProxy: [.acme.example], pipelines: true}\n${EVERYTHING}`));
  const all = environments(stacks);
  for (const environment of Object.values(all)) expect(environment).toEqual(all.runner);
  expect(all.runner).toEqual([
    { name: "HTTP_PROXY", value: PROXY },
    { name: "HTTPS_PROXY", value: PROXY },
    { name: "NO_PROXY", value: "localhost,127.0.0.1,169.254.169.254,169.254.170.23,.svc,.cluster.local,172.20.0.0/16,10.0.0.0/16,.acme.example" },
  ]);
});

const NAT = "network: {nat: single}";
const NO_WAY = "network: {nat: none}";

test.each([
  ["pipelines have another way out", NAT, "", "0.21.8", ["https_proxy", "no_proxy"]],
  ["pipelines have no other way out", NO_WAY, "", "0.21.8", ["HTTPS_PROXY", "NO_PROXY"]],
  ["whether a VPC that exists has one is not known", EXISTING, "", "0.21.8", ["HTTPS_PROXY", "NO_PROXY"]],
  ["pipelines are to go through it", NAT, ", pipelines: true", "0.21.8", ["HTTPS_PROXY", "NO_PROXY"]],
  ["pipelines are to be spared", NO_WAY, ", pipelines: false", "0.21.8", ["https_proxy", "no_proxy"]],
  ["git of an old engine looks for capitals only", NAT, "", "0.17.0", ["HTTPS_PROXY", "NO_PROXY"]],
])("an engine hands on what it has in capitals: %s", (_title, network, pipelines, dagger, names) => {
  const config = parseConfig(minimal(`proxy: {https: "${PROXY}"${pipelines}}\n${network}\nfleets: [{name: main, dagger: ${dagger}, runners: [{cpu: 2, memory: 8Gi, max: 2}]}]`));
  expect(engineProxyEnvironment(config, config.fleets[0]!).map(({ name }) => name)).toEqual(names);
});

test("nodes of all kinds pull images through it", () => {
  const { stacks } = synthesize(minimal(`proxy: {https: "${PROXY}"}\n${EVERYTHING}`));
  const nodeClass = resources(stacks.dagger, "kubernetes_manifest").map(({ manifest }) => manifest as { kind: string; spec: { userData?: string } });
  const texts = [
    nodeClass.find(({ kind }) => kind === "EC2NodeClass")!.spec.userData!,
    String(resource(stacks.cluster, "aws_launch_template").user_data),
    String(resource(stacks.dagger, "aws_launch_template").user_data),
  ];
  for (const text of texts) expect(text).toContain(`HTTPS_PROXY=${PROXY}`);
  // Where images are pulled in parallel, another program pulls them. Other nodes keep the text that they have, and so themselves.
  const units = texts.map((text) => /for unit in ([a-z -]*); do/.exec(text)?.[1]);
  expect(units).toEqual(["containerd kubelet soci-snapshotter", "containerd kubelet", "containerd kubelet"]);
  expect(texts[2]).toContain("strategy: RAID0");
});

test("ranges of a VPC and a cluster that exist are looked up and reached directly", () => {
  const { stacks } = synthesize(minimal(`proxy: {https: "${PROXY}"}\n${EXISTING}`));
  expect(stacks.network.output!.vpc_cidrs).toEqual({ value: "${data.aws_vpc.vpc.cidr_block_associations[*].cidr_block}" });
  expect(stacks.cluster.output!.direct_cidrs).toEqual({
    value: "${concat(data.terraform_remote_state.network.outputs.vpc_cidrs, [data.aws_eks_cluster.cluster.kubernetes_network_config[0].service_ipv4_cidr])}",
  });
  // Terraform fills the reference in before anybody reads the YAML around it.
  const looked = '${join(",", data.terraform_remote_state.cluster.outputs.direct_cidrs)}';
  for (const release of [...resources(stacks.addons, "helm_release"), ...resources(stacks.dagger, "helm_release")]) {
    const [text = ""] = (release.values ?? []) as string[];
    const values = JSON.stringify(readHelmValues(text.replaceAll(looked, "10.0.0.0/16,172.20.0.0/16")) ?? {});
    if (text.includes("NO_PROXY")) expect(values).toContain('"NO_PROXY","value":"localhost,127.0.0.1,169.254.169.254,169.254.170.23,.svc,.cluster.local,10.0.0.0/16,172.20.0.0/16"');
    if (release.chart === "gha-runner-scale-set") expect(values).toContain('".cluster.local","10.0.0.0/16,172.20.0.0/16"]');
  }
});

test("credentials come from a secret in every namespace, and stand in no configuration; nodes have none", () => {
  const { stacks } = synthesize(minimal(`proxy: {https: "${PROXY}", secret: ci/proxy}\n${EVERYTHING}`));
  const all = environments(stacks);
  for (const environment of Object.values(all)) {
    expect(environment[0]).toEqual({ name: environment === all.engine ? "https_proxy" : "HTTPS_PROXY", valueFrom: { secretKeyRef: { name: "proxy-credentials", key: "https_proxy" } } });
  }
  const namespaces = [stacks.addons, stacks.dagger].flatMap((stack) =>
    resources(stack, "kubernetes_secret_v1").map(({ metadata }) => metadata as { name: string; namespace: string }),
  );
  expect(namespaces.filter(({ name }) => name === "proxy-credentials").map(({ namespace }) => namespace).sort()).toEqual(
    ["actions-runner-system", "arc-systems", "cert-manager", "dagger-main", "dagger-warm", "kube-system"],
  );
  const secret = resource(stacks.addons, "kubernetes_secret_v1", "karpenter-proxy-secret");
  expect(secret.data_wo).toContain('"https_proxy" = format("http://%s:%s@proxy.acme.example:3128", urlencode(');
  expect(JSON.stringify(stacks.cluster)).not.toContain("HTTPS_PROXY=");
});
