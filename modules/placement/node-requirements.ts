import type { AutoscaledNodes } from "../config/nodes";

/** The one requirement that is about a place, and says nothing of an instance type. */
export const ZONE = "topology.kubernetes.io/zone";

/**
 * What Karpenter may buy for a fleet, as the requirements of its NodePool. Placement reckons with the same, so that what it
 * says and what is bought cannot part.
 */
export function nodeRequirements(nodes: AutoscaledNodes) {
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
    ...(nodes.zones ? [oneOf(ZONE, nodes.zones)] : []),
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
