import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { kubernetesManifest } from "../cdktf/manifest";
import type { Config } from "../config/schema";
import { alerts } from "./alerts";
import { arcPodMonitor, enginePodMonitors, karpenterPodMonitor } from "./pod-monitors";

export interface MonitoringProps {
  readonly config: Config;
  /** The namespaces of the fleets. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Alerts, and what Prometheus must scrape for them. The cluster needs the Prometheus operator's CRDs.
 *
 * @example
 * new Monitoring(stack, "monitoring", { config, dependsOn: [] });
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { config, dependsOn }: MonitoringProps) {
    super(scope, id);
    kubernetesManifest(this, "alerts", { manifest: alerts(config), dependsOn });
    for (const monitor of enginePodMonitors(config)) {
      kubernetesManifest(this, monitor.metadata.name, { manifest: monitor, dependsOn });
    }
    if (config.addons.karpenter.mode === "install") kubernetesManifest(this, "karpenter", { manifest: karpenterPodMonitor() });
    if (config.addons.arc.mode === "install") kubernetesManifest(this, "arc", { manifest: arcPodMonitor() });
  }
}
