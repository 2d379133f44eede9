import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../config/schema";
import { alerts } from "./alerts";
import { arcPodMonitor, enginePodMonitors } from "./pod-monitors";

export interface MonitoringProps {
  readonly config: Config;
  /** The namespaces of the fleets. */
  readonly dependsOn: ITerraformDependable[];
}

/** Alerts, and what Prometheus must scrape for them. The cluster needs the Prometheus operator's CRDs. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { config, dependsOn }: MonitoringProps) {
    super(scope, id);
    new Manifest(this, "alerts", { manifest: alerts(config), dependsOn });
    for (const monitor of enginePodMonitors(config)) {
      new Manifest(this, monitor.metadata.name, { manifest: monitor, dependsOn });
    }
    if (config.addons.arc.mode === "install") new Manifest(this, "arc", { manifest: arcPodMonitor() });
  }
}
