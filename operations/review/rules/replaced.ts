import { ofKind } from "../changes";
import type { Rule } from "./rule";

/** What is lost with each of the things that hold up everything else. */
const PILLARS: Readonly<Record<string, { readonly what: string; readonly lost: string }>> = {
  aws_eks_cluster: { what: "Cluster", lost: "everything in the cluster goes with it, and the API is away for 15 minutes or more" },
  aws_vpc: { what: "VPC", lost: "subnets, endpoints, NAT gateways and the cluster go with it" },
  aws_subnet: { what: "Subnet", lost: "nodes and network interfaces in it must go first" },
  aws_eks_node_group: { what: "Node group", lost: "EKS drains its nodes for 5 minutes and ends them then, with their caches and jobs" },
};

/** A cluster, VPC, subnet or node group that is replaced or destroyed. */
export const replaced: Rule = (changes) =>
  ofKind(changes, "replace", "destroy").flatMap(({ type, address, kind, change }) => {
    const pillar = PILLARS[type];
    if (!pillar) return [];
    const because = (change.replace_paths ?? []).map((path) => path.join(".")).join(", ");
    return [
      {
        title: `${pillar.what} ${kind === "replace" ? "replaced" : "destroyed"}`,
        reason: `${pillar.lost}${because === "" ? "" : `; forced by ${because}`}`,
        address,
      },
    ];
  });
