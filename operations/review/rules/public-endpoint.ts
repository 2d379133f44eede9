import { ofKind } from "../changes";
import { at, listAt } from "../plan-json";
import type { Rule } from "./rule";

/** A Kubernetes API that more of the internet can reach than before. */
export const publicEndpoint: Rule = (changes) =>
  ofKind(changes, "change", "replace").flatMap(({ type, address, change }) => {
    if (type !== "aws_eks_cluster") return [];
    const side = (value: unknown) => ({
      isPublic: at(value, "vpc_config", 0, "endpoint_public_access") === true,
      cidrs: listAt(value, "vpc_config", 0, "public_access_cidrs").map(String),
    });
    const [before, after] = [side(change.before), side(change.after)];
    if (!after.isPublic) return [];
    const title = "Public endpoint widened";
    // EKS takes the whole internet where nothing is listed.
    const open = (cidrs: readonly string[]) => (cidrs.length > 0 ? cidrs.join(", ") : "everybody");
    if (!before.isPublic) return [{ title, means: { reach: `the Kubernetes API becomes public, for ${open(after.cidrs)}` }, address }];
    if (before.cidrs.length > 0 && after.cidrs.length === 0) return [{ title, means: { reach: "everybody may reach it" }, address }];
    const more = after.cidrs.filter((cidr) => !before.cidrs.some((known) => contains(known, cidr)));
    return more.length > 0 ? [{ title, means: { reach: `${more.join(", ")} may reach it, too` }, address }] : [];
  });

/** Whether an IPv4 range lies in another. */
function contains(outer: string, inner: string): boolean {
  const [a, b] = [range(outer), range(inner)];
  return outer === inner || (a !== undefined && b !== undefined && a.bits <= b.bits && (b.address & a.mask) === (a.address & a.mask));
}

function range(cidr: string): { address: number; bits: number; mask: number } | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)?.slice(1).map(Number);
  if (!parts) return undefined;
  const bits = parts[4]!;
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) | 0;
  return { address: (parts[0]! << 24) | (parts[1]! << 16) | (parts[2]! << 8) | parts[3]!, bits, mask };
}
