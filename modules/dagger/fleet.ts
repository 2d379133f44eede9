import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { runnerSetValues } from "../arc/runner-set";
import { seconds } from "../config/fields";
import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { githubSecret } from "../github-secret";
import { helmRelease } from "../helm-release";
import { nodeClass, type NodeClassContext } from "../karpenter/node-class";
import { nodePool } from "../karpenter/node-pool";
import type { OutputsOf } from "../outputs";
import { charts } from "../sources";
import { arcInStep, karpenterInStep } from "../stack-versions";
import { engineValues } from "./engine-values";
import { fleetContract } from "./fleet-contract";

export interface FleetProps {
  readonly config: Config;
  readonly fleet: FleetConfig;
  readonly addons: OutputsOf<"addons">;
  readonly nodeClassContext: NodeClassContext;
  /** Terraform expression of GitHub's credentials. */
  readonly githubSecretSource: string;
  /** What all fleets need first. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * One fleet: its nodes, its engine, its runner sizes. What depends on what is the order in which it comes up; turned
 * round, it takes a fleet down without losing a job: runners, engine, node pool, and last the node class, which
 * Karpenter lets go when its last node is gone.
 */
export class Fleet extends Construct {
  readonly namespace: NamespaceV1;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { config, fleet } = props;
    const drainSeconds = seconds(fleet.nodes.terminationGracePeriod) + 15 * 60;

    const namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name: fleet.namespace,
        // Engines are privileged and runners mount a host directory.
        labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      },
    });
    this.namespace = namespace;
    const secret = githubSecret(this, "github-secret", {
      namespace: fleet.namespace,
      source: props.githubSecretSource,
      revision: config.github.secretRevision,
      dependsOn: [namespace],
    });

    const nodeClassManifest = new Manifest(this, "node-class", {
      manifest: nodeClass(fleet, props.nodeClassContext),
      wait: { condition: [{ type: "Ready", status: "True" }] },
      lifecycle: { precondition: karpenterInStep(config, props.addons) },
      timeouts: { create: "5m", update: "5m", delete: `${drainSeconds}s` },
    });
    const nodePoolManifest = new Manifest(this, "node-pool", {
      manifest: nodePool(fleet),
      timeouts: { create: "5m", update: "5m", delete: "10m" },
      dependsOn: [nodeClassManifest],
    });
    const engine = helmRelease(this, "engine", {
      name: fleetContract(fleet).engineName,
      namespace: fleet.namespace,
      chart: charts(config).daggerEngine(fleet.dagger),
      values: engineValues(config, fleet),
      timeoutSeconds: 1800,
      dependsOn: [namespace, nodePoolManifest, ...props.dependsOn],
    });
    for (const runner of fleet.runners) {
      helmRelease(this, runner.name, {
        name: runner.runsOn,
        namespace: fleet.namespace,
        chart: charts(config).arcRunnerSet,
        values: runnerSetValues(config, fleet, runner, props.addons),
        // Uninstalling waits for running jobs.
        timeoutSeconds: drainSeconds,
        dependsOn: [secret, engine],
        precondition: arcInStep(config, props.addons),
      });
    }
  }
}
