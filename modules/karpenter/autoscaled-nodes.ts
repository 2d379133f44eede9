import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { seconds } from "../config/fields";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import type { OutputsOf } from "../contract/outputs";
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
}

/** Nodes that Karpenter buys for a fleet: its EC2NodeClass, which must be Ready, and its NodePool. */
export class AutoscaledNodes extends Construct {
  readonly nodePool: Manifest;

  constructor(scope: Construct, id: string, props: AutoscaledNodesProps) {
    super(scope, id);
    const { config, fleet, cluster, addons } = props;
    // Karpenter lets the node class go when its last node has gone.
    const drainSeconds = seconds(fleet.nodes.terminationGracePeriod) + 15 * 60;
    const classManifest = new Manifest(this, "node-class", {
      manifest: nodeClass(fleet, {
        ami: config.versions.ami,
        instanceProfile: cluster.runner_instance_profile,
        subnetIds: props.subnetIds,
        securityGroupIds: props.securityGroupIds,
        tags: config.tags,
      }),
      wait: { condition: [{ type: "Ready", status: "True" }] },
      timeouts: { create: "5m", update: "5m", delete: `${drainSeconds}s` },
      lifecycle: { precondition: karpenterInStep(config, addons) },
    });
    this.nodePool = new Manifest(this, "node-pool", {
      manifest: nodePool(fleet),
      timeouts: { create: "5m", update: "5m", delete: "10m" },
      dependsOn: [classManifest],
    });
  }
}
