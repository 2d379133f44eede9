import type { NetworkConfig, NewNetworkConfig } from "../../modules/config/network";
import { addressPlan } from "../../modules/placement/address-plan";
import { interfaceEndpoints } from "../../modules/contract/endpoints";

export interface NetworkPicture {
  readonly title: string;
  /** The ways out of it. */
  readonly way: string;
  /** Zones with their subnets, or the subnets of a VPC that exists. */
  readonly parts: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** What to draw of the network. */
export function networkPicture(region: string, network: NetworkConfig): NetworkPicture {
  if (network.mode === "new") return newNetwork(region, network);
  const subnets = (title: string, ids: readonly string[]) => (ids.length === 0 ? [] : [{ title, lines: ids }]);
  return {
    title: `VPC ${network.vpcId}`,
    way: "those of a VPC that exists; the private ones need a way out",
    parts: [
      ...subnets("private", network.privateSubnetIds),
      ...subnets("intra, for the control plane", network.intraSubnetIds ?? []),
      ...subnets("public", network.publicSubnetIds),
    ],
  };
}

function newNetwork(region: string, network: NewNetworkConfig): NetworkPicture {
  const { cidr, availabilityZones, nat } = network;
  const zones =
    typeof availabilityZones === "number"
      ? Array.from({ length: availabilityZones }, (_, i) => `zone ${i + 1}`)
      : availabilityZones;
  const plan = addressPlan(cidr, zones.length);
  const hasNat = (zone: number) => nat === "per-az" || (nat === "single" && zone === 0);
  const endpoints = interfaceEndpoints(region, network).length;
  return {
    title: `VPC ${cidr}`,
    way: [
      { single: "one NAT gateway", "per-az": "a NAT gateway in each zone", none: "no NAT gateway" }[nat],
      "S3 by a gateway endpoint",
      ...(endpoints > 0 ? [`${endpoints} interface endpoints`] : []),
    ].join(", "),
    parts: zones.map((title, i) => ({
      title,
      lines: [`private ${plan.private[i]!}`, `public ${plan.public[i]!}${hasNat(i) ? ", NAT" : ""}`, `intra ${plan.intra[i]!}`],
    })),
  };
}
