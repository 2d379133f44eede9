import type { Release } from "@cdktf/provider-helm/lib/release";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { helmRelease } from "../cdktf/helm-release";
import { chartYaml, LocalChart } from "../cdktf/local-chart";
import type { Config } from "../config/schema";
import { SEED_ACCOUNT, seedRepository, type SeededFleet } from "../contract/seed";
import { seedObjects } from "./seed-objects";

const VERSION = "1.0.0";
/** The objects come as values, so that a plan shows what changes in them. */
const TEMPLATE = "{{- range .Values.objects }}\n---\n{{ toJson . }}\n{{- end }}\n";

export interface CacheSeedProps {
  readonly config: Config;
  readonly fleet: SeededFleet;
  /** Name of the bucket. */
  readonly bucket: string;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * What lets the cache of a fleet outlive its nodes: a pod on each that restores what another engine left before the node's
 * own engine starts, and publishes at the node's end where the fleet does that.
 *
 * @example
 * new CacheSeed(stack, "seed", { config, fleet: seededFleet, bucket: "dagger-ci-seeds", dependsOn: [] });
 */
export class CacheSeed extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, { config, fleet, bucket, dependsOn }: CacheSeedProps) {
    super(scope, id);
    const chart = new LocalChart(this, SEED_ACCOUNT, {
      "Chart.yaml": chartYaml({ name: SEED_ACCOUNT, version: VERSION }),
      "templates/objects.yaml": TEMPLATE,
    });
    this.release = helmRelease(this, "objects", {
      name: SEED_ACCOUNT,
      namespace: fleet.namespace,
      chart: { name: chart.path, version: VERSION },
      values: { objects: seedObjects(config, fleet, seedRepository(config, fleet, bucket)) },
      // Nodes come and go; at the end it goes when all have published.
      wait: false,
      dependsOn,
    });
  }
}
