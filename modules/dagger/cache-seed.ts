import type { Release } from "@cdktf/provider-helm/lib/release";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { objectsRelease } from "../cdktf/objects-release";
import type { Config } from "../config/schema";
import { SEED_ACCOUNT, seedRepository, type SeededFleet } from "../contract/seed";
import { seedObjects } from "./seed-objects";

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
    this.release = objectsRelease(this, "objects", {
      name: SEED_ACCOUNT,
      namespace: fleet.namespace,
      objects: seedObjects(config, fleet, seedRepository(config, fleet, bucket)),
      // Nodes come and go; at the end it goes when all have published.
      wait: false,
      dependsOn,
    });
  }
}
