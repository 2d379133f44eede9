import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { kubernetesManifest } from "../cdktf/manifest";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import { goodbyeSeconds } from "../contract/fleet-contract";
import { ownParts, userData } from "../contract/node-user-data";
import type { OutputsOf } from "../contract/outputs";
import { pullParts } from "../placement/fast-pull";
import { karpenterInStep } from "../cdktf/stack-versions";
import { nodeClass } from "./node-class";
import { nodePool } from "./node-pool";

export interface AutoscaledNodesProps {
  readonly config: Config;
  readonly fleet: AutoscaledFleet;
  readonly cluster: OutputsOf<"cluster">;
  readonly addons: OutputsOf<"addons">;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Nodes that Karpenter buys for a fleet: its EC2NodeClass, which must be Ready, and its NodePool.
 *
 * @example
 * const { nodePool } = new AutoscaledNodes(stack, "nodes", {
 *   config, fleet: config.fleets[0], cluster, addons, subnetIds, securityGroupIds, dependsOn: [],
 * });
 */
export class AutoscaledNodes extends Construct {
  readonly nodePool: Manifest;

  constructor(scope: Construct, id: string, props: AutoscaledNodesProps) {
    super(scope, id);
    const { config, fleet, cluster, addons } = props;
    const classManifest = kubernetesManifest(this, "node-class", {
      manifest: nodeClass(fleet, {
        ami: config.versions.ami,
        instanceProfile: cluster.runner_instance_profile,
        subnetIds: props.subnetIds,
        securityGroupIds: props.securityGroupIds,
        ...nodeUserData(config, fleet),
        tags: config.tags,
      }),
      wait: { condition: [{ type: "Ready", status: "True" }] },
      // Karpenter lets it go when its last node has gone.
      timeouts: { create: "5m", update: "5m", delete: `${goodbyeSeconds(fleet)}s` },
      lifecycle: { precondition: karpenterInStep(config, addons) },
      dependsOn: props.dependsOn,
    });
    this.nodePool = kubernetesManifest(this, "node-pool", {
      manifest: nodePool(fleet),
      timeouts: { create: "5m", update: "5m", delete: "10m" },
      dependsOn: [classManifest],
    });
  }
}

const nodeUserData = (config: Config, fleet: AutoscaledFleet) => {
  const parts = [...pullParts(config, fleet.nodes), ...ownParts(fleet.nodes)];
  return parts.length > 0 ? { userData: userData(parts) } : {};
};
