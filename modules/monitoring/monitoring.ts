import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { escapeLiterals } from "../cdktf/literals";
import { kubernetesManifest } from "../cdktf/manifest";
import type { Config } from "../config/schema";
import { alerts } from "./alerts";
import { dashboard } from "./dashboard";
import { arcPodMonitor, enginePodMonitors, karpenterPodMonitor } from "./pod-monitors";

/** By which the sidecar of Grafana's chart finds dashboards. */
const DASHBOARD_LABEL = { grafana_dashboard: "1" };

export interface MonitoringProps {
  readonly config: Config;
  /** The namespaces of the fleets. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Alerts, a dashboard, and what Prometheus must scrape for both. The cluster needs the Prometheus operator's CRDs.
 *
 * @example
 * new Monitoring(stack, "monitoring", { config, dependsOn: [] });
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { config, dependsOn }: MonitoringProps) {
    super(scope, id);
    kubernetesManifest(this, "alerts", { manifest: alerts(config), dependsOn });
    new ConfigMapV1(this, "dashboard", {
      metadata: { name: "dagger-ci-dashboard", namespace: config.fleets[0]!.namespace, labels: DASHBOARD_LABEL },
      data: { "dagger-ci.json": escapeLiterals(JSON.stringify(dashboard(config))) },
      dependsOn,
    });
    for (const monitor of enginePodMonitors(config)) {
      kubernetesManifest(this, monitor.metadata.name, { manifest: monitor, dependsOn });
    }
    if (config.addons.karpenter.mode === "install") kubernetesManifest(this, "karpenter", { manifest: karpenterPodMonitor() });
    if (config.addons.arc.mode === "install") kubernetesManifest(this, "arc", { manifest: arcPodMonitor() });
  }
}
