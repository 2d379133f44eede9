import { Release } from "@cdktf/provider-helm/lib/release";
import { prometheus, prometheusValues } from "../../../modules/addons/prometheus";
import { ADDONS, ALERTMANAGER_REQUESTS, PROMETHEUS_REQUESTS } from "../../../modules/contract/addons";
import { imagesOf } from "../../../modules/contract/images";
import { parseConfig } from "../../../modules/load-config";
import { supportRoom } from "../../../modules/placement/support-room";
import { placement } from "../../../modules/placement/placement";
import { EXISTING, minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

const configured = (settings = "", more = "") => parseConfig(minimal(`addons: {prometheus: {mode: install${settings && `, ${settings}`}}}\n${more}`));
const values = (...args: Parameters<typeof configured>) => {
  const config = configured(...args);
  return prometheusValues(config, config.addons.prometheus as Parameters<typeof prometheusValues>[1]);
};
const problems = (yaml: string) => {
  try {
    parseConfig(yaml);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test("its CRDs come first and stay, in the namespace that Helm makes", () => {
  const json = renderAlone((stack) => prometheus(stack, configured()));
  expect(json).toHaveResourceWithProperties(Release, {
    name: "prometheus-crds",
    namespace: "prometheus",
    create_namespace: true,
    chart: "prometheus-operator-crds",
    values: [expect.stringContaining('helm.sh/resource-policy: "keep"') as unknown],
  });
  expect(json).toHaveResourceWithProperties(Release, { name: "prometheus", namespace: "prometheus", chart: "kube-prometheus-stack", skip_crds: true, depends_on: ["helm_release.prometheus-crds"] });
});

test("it is off by default; with it come monitors, alerts and the dashboard", () => {
  expect(parseConfig(minimal()).addons).toMatchObject({ metrics: false, prometheus: { mode: "none" } });
  expect(configured().addons).toMatchObject({ metrics: true, prometheus: { mode: "install", retentionDays: 15 } });
});

test("every part is on support nodes but the node exporters, which the chart lets everywhere", () => {
  const { prometheus: { prometheusSpec }, alertmanager: { alertmanagerSpec }, prometheusOperator, grafana, ...rest } = values();
  const toleration = [{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }];
  for (const part of [prometheusSpec, alertmanagerSpec, prometheusOperator, grafana, rest["kube-state-metrics"]]) {
    expect(part).toMatchObject({ nodeSelector: { "support-node": "true" }, tolerations: toleration });
  }
  expect(rest["prometheus-node-exporter"]).not.toHaveProperty("tolerations");
});

test("monitors and rules of others count", () => {
  expect(values().prometheus.prometheusSpec).toMatchObject({
    ruleSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
  });
  expect(values().alertmanager.alertmanagerSpec.alertmanagerConfigMatcherStrategy).toEqual({ type: "None" });
});

test("what is scraped is kept on the node, on a volume that goes with it, or on one of a class that exists", () => {
  expect(values("retentionDays: 30").prometheus.prometheusSpec).toMatchObject({ retention: "30d", retentionSize: "8GB", storageSpec: { emptyDir: { sizeLimit: "10Gi" } } });
  const claim = (name: string) => ({ storageClassName: name, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "50Gi" } } });
  const made = values("volumeGb: 50");
  expect(made.prometheus.prometheusSpec).toMatchObject({ retentionSize: "40GB", storageSpec: { volumeClaimTemplate: { spec: claim("prometheus") } }, persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } });
  expect(made.extraManifests).toEqual([expect.objectContaining({ kind: "StorageClass", provisioner: "ebs.csi.aws.com", parameters: { type: "gp3", encrypted: "true" } })]);
  const given = values("volumeGb: 50, storageClass: fast");
  expect(given.prometheus.prometheusSpec.storageSpec).toEqual({ volumeClaimTemplate: { spec: claim("fast") } });
  expect(given).not.toHaveProperty("extraManifests");
});

test("a volume without a driver is refused, and taken with a class that exists", () => {
  const without = "cluster: {addons: {aws-ebs-csi-driver: false}}";
  const yaml = (settings: string, more: string) => minimal(`addons: {prometheus: {mode: install, ${settings}}}\n${more}`);
  const refusal = "no volume, or storageClass with one that exists: the stacks install no EBS driver (cluster.addons.aws-ebs-csi-driver)";
  expect(problems(yaml("volumeGb: 50", without))).toContain(refusal);
  expect(problems(yaml("volumeGb: 50", EXISTING))).toContain(refusal);
  expect(problems(yaml("volumeGb: 50, storageClass: fast", EXISTING))).toBe("");
  expect(problems(yaml("retentionDays: 3", without))).toBe("");
});

test("images come from mirrors, with their credentials", () => {
  const mirrored = values("", "images: {mirror: registry.acme.example/mirror, credentials: {registry.acme.example: ci/registry}}");
  expect(mirrored.global).toEqual({ imagePullSecrets: [{ name: "registry-credentials" }] });
  expect(mirrored.grafana.image).toMatchObject({ registry: "registry.acme.example", repository: "mirror/grafana/grafana" });
  const used = imagesOf(configured()).filter(({ usedBy }) => usedBy === "Prometheus and what comes with it").map(({ reference }) => reference);
  const given = JSON.stringify(values()).match(/"image":\{"registry":"[^}]*\}/g)!.map((text) => {
    const { image } = JSON.parse(`{${text}}`) as { image: { registry: string; repository: string; tag: string } };
    return `${image.registry}/${image.repository}:${image.tag}`;
  });
  expect(given.sort()).toEqual([...used].sort());
});

test("its pods take room on support nodes, and one more pod of each runner node", () => {
  const room = (config = configured()) => supportRoom((config.cluster as { supportNodes: Parameters<typeof supportRoom>[0] }).supportNodes, config.addons, config.fleets)!;
  const [before, after] = [room(parseConfig(minimal())), room()];
  const { deployments, requests } = ADDONS.prometheus;
  const memory = deployments.length * requests.memoryMib + PROMETHEUS_REQUESTS.memoryMib + ALERTMANAGER_REQUESTS.memoryMib;
  expect(after.needed.memoryMib - before.needed.memoryMib).toBe(memory);
  expect(after.needed.pods - before.needed.pods).toBe(deployments.length + 2);
  const pods = (config = configured()) => placement(config.fleets[0]!).nodeTypes[0]!.besideAgents.pods;
  expect(pods(parseConfig(minimal())) - pods()).toBe(1);
});
