import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { objectsRelease } from "../cdktf/objects-release";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import { fleetContract, NEW_NODE_TOLERATIONS } from "../contract/fleet-contract";
import { PRE_PULL } from "../contract/pre-pull";
import { isSeeded, SEED_TOLERATIONS } from "../contract/seed";
import { pullSecrets } from "../contract/sources";
import { idle, IDLE_POD, podOf } from "./runner-images";

/**
 * A pod on each node of a fleet that has the images of its runners, and does nothing. It comes with the node, before its cache is
 * restored: so these images are pulled while the engine comes. A runner's own pod pulls its image only when the engine has
 * answered. Whoever holds a node back by `startupTaints` holds this back, too.
 */
export function prePullDaemonSet(config: Config, fleet: AutoscaledFleet) {
  const { nodeLabels, toleration } = fleetContract(fleet);
  const labels = { "app.kubernetes.io/name": PRE_PULL, "app.kubernetes.io/part-of": "dagger-ci" };
  const images = [...new Set(fleet.runners.flatMap((runner) => podOf(config, fleet, runner).images.map(({ image }) => image)))];
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: PRE_PULL, namespace: fleet.namespace },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: nodeLabels,
          tolerations: [toleration, ...(isSeeded(fleet) ? SEED_TOLERATIONS : []), ...NEW_NODE_TOLERATIONS],
          ...pullSecrets(config),
          ...IDLE_POD,
          containers: images.map((image, i) => idle(`image-${i}`, image)),
        },
      },
    },
  };
}

export interface PrePullProps {
  readonly config: Config;
  readonly fleet: AutoscaledFleet;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Has the images of a fleet's runners on each of its nodes early.
 *
 * @example
 * new PrePull(stack, "runner-images", { config, fleet: warmFleet, dependsOn: [] });
 */
export class PrePull extends Construct {
  constructor(scope: Construct, id: string, { config, fleet, dependsOn }: PrePullProps) {
    super(scope, id);
    objectsRelease(this, "objects", {
      name: PRE_PULL,
      namespace: fleet.namespace,
      objects: [prePullDaemonSet(config, fleet)],
      // Nothing waits for it: without it a runner's pod pulls its image itself.
      wait: false,
      dependsOn,
    });
  }
}
