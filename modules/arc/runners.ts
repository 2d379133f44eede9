import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { helmRelease } from "../cdktf/helm-release";
import { kubernetesManifest } from "../cdktf/manifest";
import { goodbyeSeconds } from "../contract/fleet-contract";
import type { OutputsOf } from "../contract/outputs";
import { charts } from "../contract/sources";
import { arcInStep } from "../cdktf/stack-versions";
import { runnerAutoscaler, runnerDeployment } from "./runner-deployment";
import { runnerSetValues } from "./runner-set";

export interface RunnersProps {
  readonly config: Config;
  readonly fleet: FleetConfig;
  readonly addons: OutputsOf<"addons">;
  readonly dependsOn: ITerraformDependable[];
}

/** The runner sizes of a fleet, each of its kind. */
export function addRunners(scope: Construct, { config, fleet, addons, dependsOn }: RunnersProps): void {
  // Taking a size away waits for its running jobs.
  const drainSeconds = goodbyeSeconds(fleet);
  for (const runner of fleet.runners) {
    if (runner.kind === "scale-set") {
      helmRelease(scope, runner.name, {
        name: runner.runsOn,
        namespace: fleet.namespace,
        chart: charts(config).arcRunnerSet,
        values: runnerSetValues(config, fleet, runner, addons),
        timeoutSeconds: drainSeconds,
        dependsOn,
        precondition: arcInStep(config, addons),
      });
      continue;
    }
    const deployment = kubernetesManifest(scope, runner.name, {
      manifest: runnerDeployment(config, fleet, runner),
      // What an autoscaler sets from then on; its first value is that of the configuration.
      computedFields: ["metadata.labels", "metadata.annotations", ...(runner.scaling.mode === "autoscaled" ? ["spec.replicas"] : [])],
      timeouts: { create: "5m", update: "5m", delete: `${drainSeconds}s` },
      dependsOn,
    });
    const autoscaler = runnerAutoscaler(config, fleet, runner);
    if (autoscaler) {
      kubernetesManifest(scope, `${runner.name}-autoscaler`, { manifest: autoscaler, dependsOn: [deployment] });
    }
  }
}
