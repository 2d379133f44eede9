import { createHash } from "node:crypto";
import { changesOf } from "./changes";
import { attributeChanges, valueChanges } from "./diff";
import { movingOutputs } from "./outputs";
import type { PlanJson } from "./plan-json";

/**
 * A short text that two plans share if a reviewer would have read the same in them, sensitive values by their place
 * only. It says nothing of what is in a plan, so it can stand in a comment.
 */
export function fingerprint(plan: PlanJson): string {
  const resources = changesOf(plan)
    .filter(({ kind }) => kind !== "unchanged")
    .map(({ address, previous_address, type, kind, change }) => [
      address,
      previous_address ?? null,
      kind,
      kind === "destroy" || kind === "forget" ? [] : sorted(attributeChanges(type, change)),
    ]);
  const outputs = movingOutputs(plan).map((name) => [name, sorted(valueChanges(name, plan.output_changes![name]!))]);
  return createHash("sha256").update(JSON.stringify([sorted(resources), outputs])).digest("hex");
}

/** Terraform promises no order. */
const sorted = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();
