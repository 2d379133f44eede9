import { Address4 } from "ip-address";

/** The IPv4 ranges of a VPC's subnets, one of each role per availability zone. */
export interface AddressPlan {
  readonly private: readonly string[];
  readonly public: readonly string[];
  readonly intra: readonly string[];
}

/** The smallest subnet that AWS makes. */
const SMALLEST = 28;

/**
 * Cuts a VPC into subnets. Nodes and pods take most addresses, so each private subnet is one eighth of the VPC;
 * the last eighth holds the public subnets (1/256 each, a /28 at least) in its first half and the intra subnets in its
 * second. Adding a zone later moves nothing.
 */
export function addressPlan(vpcCidr: string, zones: number): AddressPlan {
  const prefix = new Address4(vpcCidr).subnetMask;
  const small = Math.min(8, SMALLEST - prefix);
  const each = (newBits: number, first: number) =>
    Array.from({ length: zones }, (_, zone) => subnet(vpcCidr, prefix + newBits, first + zone));
  return { private: each(3, 0), public: each(small, (7 * 2 ** small) / 8), intra: each(small, (15 * 2 ** small) / 16) };
}

/** Most zones for which a VPC has public and intra subnets. */
export const mostZones = (vpcCidr: string): number => 2 ** Math.min(8, SMALLEST - new Address4(vpcCidr).subnetMask) / 16;

function subnet(vpcCidr: string, prefix: number, index: number): string {
  const start = new Address4(vpcCidr).startAddress().bigInt() + (BigInt(index) << BigInt(32 - prefix));
  return `${Address4.fromBigInt(start).correctForm()}/${prefix}`;
}
