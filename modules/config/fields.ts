import { Address4 } from "ip-address";
import { z } from "zod";

/** A string that must match a pattern; `allowed` is the sentence a person reads when it does not. */
export const text = (allowed: string, pattern: RegExp) => z.string({ error: allowed }).regex(pattern, { error: allowed });

/** A DNS label as Kubernetes wants it for names of namespaces, node pools and Helm releases (RFC 1123). */
export const dnsLabel = (maxLength: number) =>
  text(
    `lower-case letters, digits and inner hyphens, at most ${maxLength} characters`,
    new RegExp(`^(?=.{1,${maxLength}}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$`),
  );

export const arn = (service: string, resource: string, example: string) =>
  text(`an ARN such as ${example}`, new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:[0-9]*:${resource}.+$`));

/** A certificate, or several, as text. */
export const certificate = () =>
  text("a certificate in PEM form", /^-----BEGIN CERTIFICATE-----[^]*-----END CERTIFICATE-----\s*$/);

export const principalArn = () =>
  arn("iam", "(role|user)/", "arn:aws:iam::111122223333:role/PlatformAdmin");

/** An IPv4 range in canonical form: no host bits, prefix between the bounds. */
export const cidr = (minPrefix: number, maxPrefix: number) =>
  z.string().refine((value) => isCanonicalCidr(value, minPrefix, maxPrefix), {
    error: `an IPv4 range such as 10.0.0.0/16, without host bits, with a prefix from /${minPrefix} to /${maxPrefix}`,
  });

function isCanonicalCidr(value: string, minPrefix: number, maxPrefix: number): boolean {
  if (!/^[0-9.]+\/[0-9]+$/.test(value) || !Address4.isValid(value)) return false;
  const range = new Address4(value);
  return (
    range.subnetMask >= minPrefix &&
    range.subnetMask <= maxPrefix &&
    range.startAddress().correctForm() === value.split("/")[0]
  );
}

/** A Go duration in the units that Karpenter's CRDs accept and people read: `30m`, `168h`, `1h30m`. */
export const duration = () =>
  text("a duration such as 90s, 10m, 168h or 1h30m", /^(?=.)([1-9][0-9]*h)?([1-9][0-9]*m)?([1-9][0-9]*s)?$/);

/** A Kubernetes quantity of bytes in binary units. */
export const bytes = () => text("a quantity in binary units such as 512Mi, 8Gi or 1Ti", /^[1-9][0-9]*(Mi|Gi|Ti)$/);

/** CPU in cores, in steps of a tenth. */
export const cores = () => z.number().min(0.1).max(192).multipleOf(0.1);

export const semver = () => text("a version such as 0.21.8, without a leading v", /^[0-9]+\.[0-9]+\.[0-9]+$/);

/** Seconds of a `duration()`. */
export function seconds(value: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...value.matchAll(/([0-9]+)([hms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit!] ?? 0), 0);
}

/** MiB of a `bytes()` quantity. */
export function mebibytes(value: string): number {
  const units: Record<string, number> = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 };
  const [, amount, unit] = /^([0-9]+)(Mi|Gi|Ti)$/.exec(value) ?? [];
  return Number(amount) * (units[unit!] ?? NaN);
}

/** Whether two canonical IPv4 ranges have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [new Address4(a), new Address4(b)];
  return left.isInSubnet(right) || right.isInSubnet(left);
}
