import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { kubernetesManifest } from "../cdktf/manifest";
import { objectsRelease } from "../cdktf/objects-release";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import { WARM_CLOCK, warmSizes } from "../contract/warm";
import { warmObjects } from "./warm-objects";
import { warmRunner } from "./warm-runner";

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
    objectsRelease(this, "clock", { name: WARM_CLOCK, namespace: fleet.namespace, objects: warmObjects(config, fleet), dependsOn: [...placeholders, ...dependsOn] });
  }
}
