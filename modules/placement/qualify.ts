import type { AutoscaledNodes } from "../config/nodes";
import { instanceTypes, type InstanceType } from "../facts/instance-types";
import { nodeRequirements, ZONE } from "./node-requirements";

/** A family of which no type qualifies, and the first requirement of the node pool that leaves none. */
export interface RuledOutFamily {
  readonly family: string;
  /** The requirement's label, such as `karpenter.k8s.aws/instance-cpu`. */
  readonly label: string;
  /** For people: `category is x, allowed: c, m, r, i`. */
  readonly reason: string;
}

export interface Qualification {
  /** Types that the node pool allows, by family and size. */
  readonly types: readonly InstanceType[];
  readonly ruledOut: readonly RuledOutFamily[];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const FAMILY = "karpenter.k8s.aws/instance-family";

/** Karpenter's labels of a type (`computeRequirements` in its instancetype/types.go), and what we call them. */
const LABELS: Readonly<Record<string, { word: string; of: (type: InstanceType) => readonly (string | number)[] }>> = {
  "kubernetes.io/os": { word: "system", of: () => ["linux"] },
  "kubernetes.io/arch": { word: "architecture", of: ({ architecture }) => [architecture] },
  "karpenter.sh/capacity-type": { word: "capacity type", of: ({ capacityTypes }) => capacityTypes },
  "node.kubernetes.io/instance-type": { word: "type", of: ({ name }) => [name] },
  "karpenter.k8s.aws/instance-category": { word: "category", of: ({ category }) => [category] },
  [FAMILY]: { word: "family", of: ({ family }) => [family] },
  "karpenter.k8s.aws/instance-generation": { word: "generation", of: ({ generation }) => [generation] },
  // Bare metal has this label with an empty value, so that `In [nitro]` rules it out as well as Xen.
  "karpenter.k8s.aws/instance-hypervisor": { word: "hypervisor", of: ({ hypervisor }) => [hypervisor] },
  "karpenter.k8s.aws/instance-local-nvme": { word: "local NVMe in GB", of: ({ nvmeGb }) => [nvmeGb] },
  "karpenter.k8s.aws/instance-cpu": { word: "number of vCPUs", of: ({ vcpu }) => [vcpu] },
  "karpenter.k8s.aws/instance-memory": { word: "memory in MiB", of: ({ memoryMib }) => [memoryMib] },
};

/**
 * Which instance types Karpenter may buy for a fleet, and why the other families are out. It reads the requirements
 * of the fleet's own node pool, so that the two cannot differ. It does not know what a region sells.
 */
export function qualify(nodes: AutoscaledNodes, types: readonly InstanceType[] = instanceTypes): Qualification {
  const requirements = nodeRequirements(nodes).filter(({ key }) => key !== ZONE);
  const families = [...new Set(types.map(({ family }) => family))];
  const results = families.map((family) =>
    narrow(
      family,
      types.filter((type) => type.family === family),
      requirements,
    ),
  );
  const unknown = (nodes.families ?? []).filter((family) => !families.includes(family));
  return {
    types: results.flatMap(({ left }) => left),
    ruledOut: [
      ...results.flatMap(({ ruledOut }) => ruledOut ?? []),
      ...unknown.map((family) => ({ family, label: FAMILY, reason: "no type of this family has local NVMe disks" })),
    ],
  };
}

/** Applies the requirements one after the other, until none of the family's types is left. */
function narrow(family: string, members: readonly InstanceType[], requirements: readonly Requirement[]) {
  let left = members;
  for (const requirement of requirements) {
    const before = left;
    left = before.filter((type) => meets(type, requirement));
    if (left.length === 0) {
      const ruledOut: RuledOutFamily = { family, label: requirement.key, reason: reason(before, requirement) };
      return { left, ruledOut };
    }
  }
  return { left };
}

/** What can be bought on demand can be reserved. */
function meets(type: InstanceType, { key, operator, values }: Requirement): boolean {
  const actual = label(key).of(type);
  switch (operator) {
    case "In":
      return actual.some((value) => values.includes(String(value))) || (values.includes("reserved") && actual.includes("on-demand"));
    case "Gte":
      return actual.some((value) => Number(value) >= Number(values[0]));
    case "Lte":
      return actual.some((value) => Number(value) <= Number(values[0]));
    default:
      throw new Error(`requirements with the operator ${operator} (${key}) are not known here`);
  }
}

function reason(types: readonly InstanceType[], { key, operator, values }: Requirement): string {
  const { word, of } = label(key);
  const actual = [...new Set(types.flatMap(of))];
  if (operator === "Gte") return `${word} is ${Math.max(...actual.map(Number))} at most, needed: at least ${values[0]!}`;
  if (operator === "Lte") return `${word} is ${Math.min(...actual.map(Number))} or more, allowed: up to ${values[0]!}`;
  return `${word} is ${actual.map((value) => value || "none").join(" or ")}, allowed: ${values.join(", ")}`;
}

function label(key: string) {
  const known = LABELS[key];
  if (!known) throw new Error(`requirements on the label ${key} are not known here`);
  return known;
}
