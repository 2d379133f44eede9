import type { NewNetworkConfig } from "../config/network";
import { INTERFACE_ENDPOINTS } from "../config/network";
import type { Config } from "../config/schema";
import { regionOf } from "../facts/regions";

/** What a node needs to join and to pull images, and pods to get credentials. */
const OF_NODES = ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"];
/** What Karpenter calls besides; these calls can go through a proxy. */
const OF_KARPENTER = ["sqs", "ssm"];

/** Services that must have an interface endpoint in a VPC without another way out. */
export const neededEndpoints = ({ addons, cluster, proxy }: Pick<Config, "addons" | "cluster" | "proxy">): readonly string[] => [
  ...OF_NODES,
  ...(addons.karpenter.mode === "install" && proxy === undefined
    ? [...OF_KARPENTER, ...(cluster.zonalShift ? ["arc-zonal-shift"] : [])]
    : []),
];

/** The services to reach by interface endpoint: as asked, or all that the region has where there is no other way out. */
export function interfaceEndpoints(region: string, { interfaceEndpoints: asked, nat }: NewNetworkConfig): readonly string[] {
  if (asked !== undefined || nat !== "none") return asked ?? [];
  const lacking = regionOf(region)?.withoutEndpoints ?? [];
  return INTERFACE_ENDPOINTS.filter((service) => !lacking.includes(service));
}
