import { Address4 } from "ip-address";
import { z } from "zod";

/** An IPv4 range in canonical form: no host bits, prefix between the bounds. */
export const cidr = (minPrefix: number, maxPrefix: number) => {
  const allowed = `an IPv4 range such as 10.0.0.0/16, without host bits, with a prefix from /${minPrefix} to /${maxPrefix}`;
  return z.string({ error: allowed }).refine((value) => isCanonicalCidr(value, minPrefix, maxPrefix), { error: allowed });
};

function isCanonicalCidr(value: string, minPrefix: number, maxPrefix: number): boolean {
  if (!/^[0-9.]+\/[0-9]+$/.test(value) || !Address4.isValid(value)) return false;
  const range = new Address4(value);
  return (
    range.subnetMask >= minPrefix &&
    range.subnetMask <= maxPrefix &&
    range.startAddress().correctForm() === value.split("/")[0]
  );
}

/** Whether a canonical IPv4 range lies in one of these. */
export const within = (range: string, ranges: readonly string[]): boolean =>
  ranges.some((other) => new Address4(range).isInSubnet(new Address4(other)));

/** Whether two canonical IPv4 ranges have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [new Address4(a), new Address4(b)];
  return left.isInSubnet(right) || right.isInSubnet(left);
}
