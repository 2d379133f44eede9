import { UserError } from "../../modules/user-error";
import type { KarpenterTable } from "../../modules/facts/support";

/** Reads Karpenter's compatibility matrix, a table of two lines in its documentation: `>= 1.9`, or `1.13.x` for the newest. */
export function karpenterMatrix(markdown: string): KarpenterTable["leastFor"] {
  const cells = (start: RegExp) =>
    markdown.split("\n").find((line) => start.test(line))?.split("|").slice(2, -1).map((cell) => cell.trim()) ?? [];
  const kubernetes = cells(/^\|\s*kubernetes\s*\|/i);
  const karpenter = cells(/^\|\s*karpenter\s*\|/i);
  const rows = kubernetes.map((version, i) => ({ kubernetes: version, karpenter: /([0-9]+(?:\.[0-9]+)+)/.exec(karpenter[i] ?? "")?.[1] }));
  if (rows.length === 0 || !rows.every((row) => /^1\.[0-9]+$/.test(row.kubernetes) && row.karpenter !== undefined)) {
    throw new UserError("that page has no compatibility matrix that this command can read");
  }
  return rows.map((row) => ({ kubernetes: row.kubernetes, karpenter: row.karpenter!.split(".").concat("0", "0").slice(0, 3).join(".") }));
}
