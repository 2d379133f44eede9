import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { parseConfig } from "../../../modules/load-config";
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
