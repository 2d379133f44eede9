import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { helmRelease } from "../cdktf/helm-release";
import { chartYaml, LocalChart } from "../cdktf/local-chart";
import { kubernetesManifest } from "../cdktf/manifest";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import { WARM_CLOCK, warmSizes } from "../contract/warm";
import { warmObjects } from "./warm-objects";
import { warmRunner } from "./warm-runner";

const VERSION = "1.0.0";
/** The objects come as values, so that a plan shows what changes in them. */
const TEMPLATE = "{{- range .Values.objects }}\n---\n{{ toJson . }}\n{{- end }}\n";

export interface WarmRunnersProps {
  readonly config: Config;
  readonly fleet: AutoscaledFleet;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * What keeps room for runners of a fleet in the hours of its sizes: a Deployment of placeholders for each, and the clock.
 *
 * @example
 * new WarmRunners(stack, "warm", { config, fleet: warmFleet, dependsOn: [] });
 */
export class WarmRunners extends Construct {
  constructor(scope: Construct, id: string, { config, fleet, dependsOn }: WarmRunnersProps) {
    super(scope, id);
    const placeholders = warmSizes(fleet).map((runner) =>
      kubernetesManifest(this, runner.name, {
        manifest: warmRunner(config, fleet, runner),
        // How many there are is the clock's to say.
        computedFields: ["metadata.labels", "metadata.annotations", "spec.replicas"],
        timeouts: { create: "5m", update: "5m", delete: "5m" },
        dependsOn,
      }),
    );
    const chart = new LocalChart(this, WARM_CLOCK, {
      "Chart.yaml": chartYaml({ name: WARM_CLOCK, version: VERSION }),
      "templates/objects.yaml": TEMPLATE,
    });
    helmRelease(this, "clock", {
      name: WARM_CLOCK,
      namespace: fleet.namespace,
      chart: { name: chart.path, version: VERSION },
      values: { objects: warmObjects(config, fleet) },
      dependsOn: [...placeholders, ...dependsOn],
    });
  }
}
