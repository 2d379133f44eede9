import type { AutoscaledFleet } from "../config/fleet";
import { fleetContract } from "../contract/fleet-contract";

/** NodePool of a fleet: which instance types, how many, and when they go. Every defaulted field is written out. */
export function nodePool(fleet: Pick<AutoscaledFleet, "name" | "dagger" | "nodes">) {
  const { nodes } = fleet;
  const { nodeLabels, taint } = fleetContract(fleet);
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: fleet.name },
    spec: {
      template: {
        metadata: { labels: nodeLabels },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: fleet.name },
          taints: [taint],
          requirements: requirements(nodes),
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

function requirements(nodes: AutoscaledFleet["nodes"]) {
  const label = (name: string) => `karpenter.k8s.aws/instance-${name}`;
  const oneOf = (key: string, values: readonly string[]) => ({ key, operator: "In", values });
  const bound = (name: string, operator: "Gte" | "Lte", value: number) => ({
    key: label(name),
    operator,
    values: [String(value)],
  });
  return [
    oneOf("kubernetes.io/os", ["linux"]),
    oneOf("kubernetes.io/arch", [nodes.architecture]),
    oneOf("karpenter.sh/capacity-type", nodes.capacityTypes),
    oneOf(label("category"), nodes.categories),
    ...(nodes.families ? [oneOf(label("family"), nodes.families)] : []),
    // Xen instances name their disks otherwise and lack features of the rest.
    oneOf(label("hypervisor"), ["nitro"]),
    // Only types with NVMe have this label at all.
    bound("local-nvme", "Gte", nodes.nvmeGb),
    bound("cpu", "Gte", nodes.vcpu.min),
    bound("cpu", "Lte", nodes.vcpu.max),
  ];
}
