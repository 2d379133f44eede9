import type { AutoscaledFleet } from "../config/fleet";
import { fleetContract } from "../contract/fleet-contract";
import { isSeeded, SEED_TAINTS } from "../contract/seed";
import { nodeRequirements } from "../placement/node-requirements";

/** NodePool of a fleet: which instance types, how many, and when they go. Every defaulted field is written out. */
export function nodePool(fleet: AutoscaledFleet) {
  const { nodes } = fleet;
  const startupTaints = [...(isSeeded(fleet) ? Object.values(SEED_TAINTS) : []), ...nodes.startupTaints];
  const { nodeLabels, taint } = fleetContract(fleet);
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: fleet.inCluster },
    spec: {
      template: {
        metadata: { labels: nodeLabels },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: fleet.inCluster },
          taints: [taint],
          ...(startupTaints.length > 0 ? { startupTaints } : {}),
          requirements: nodeRequirements(nodes),
          expireAfter: nodes.expireAfter,
          terminationGracePeriod: nodes.terminationGracePeriod,
        },
      },
      disruption: {
        // Never move running jobs to pack nodes tighter.
        consolidationPolicy: "WhenEmpty",
        consolidateAfter: nodes.idleAfter,
        budgets: [
          { nodes: "100%", reasons: ["Empty"] },
          { nodes: "10%", reasons: ["Drifted"] },
          // The strictest budget counts: none in working hours.
          ...(nodes.workingHours ? [{ nodes: "0", reasons: ["Drifted"], ...nodes.workingHours }] : []),
        ],
      },
      limits: { cpu: String(nodes.vcpuLimit) },
    },
  };
}
