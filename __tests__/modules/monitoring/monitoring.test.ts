import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { parseConfig } from "../../../modules/load-config";
import { dashboard } from "../../../modules/monitoring/dashboard";
import { Monitoring } from "../../../modules/monitoring/monitoring";
import { EXISTING, minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

const kinds = (yaml: string, more = "") => {
  const config = parseConfig(minimal(`addons: {metrics: true${yaml}}\n${more}`));
  const json = renderAlone((stack) => new Monitoring(stack, "monitoring", { config, dependsOn: [] }));
  expect(json).toHaveResource(Manifest);
  const { resource } = JSON.parse(json) as { resource: { kubernetes_manifest: Record<string, { manifest: { kind: string } }> } };
  return Object.values(resource.kubernetes_manifest).map(({ manifest }) => manifest.kind).sort();
};

test("alerts, and monitors for engines for Karpenter and for ARC, where this installation brings it", () => {
  expect(kinds("")).toEqual(["PodMonitor", "PodMonitor", "PodMonitor", "PrometheusRule"]);
  expect(kinds(", arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.14.1}", EXISTING)).toEqual(["PodMonitor", "PodMonitor", "PrometheusRule"]);
});

test("the dashboard is a ConfigMap that Grafana's sidecar finds, and Terraform leaves its variables alone", () => {
  const config = parseConfig(minimal("addons: {metrics: true}"));
  const json = renderAlone((stack) => new Monitoring(stack, "monitoring", { config, dependsOn: [] }));
  expect(json).toHaveResourceWithProperties(ConfigMapV1, {
    metadata: { name: "dagger-ci-dashboard", namespace: "dagger-main", labels: { grafana_dashboard: "1" } },
  });
  const { resource } = JSON.parse(json) as { resource: { kubernetes_config_map_v1: Record<string, { data: Record<string, string> }> } };
  const written = Object.values(resource.kubernetes_config_map_v1)[0]!.data["dagger-ci.json"]!;
  expect(written).toContain('"uid":"$${datasource}"');
  expect(JSON.parse(written.replaceAll("$${", "${"))).toEqual(dashboard(config));
});
