import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../modules/user-error";
import type { StackPlan } from "./plan-stack";

/** Where `plan` writes what came of each stack, for `review` to read. */
export const plansFile = (outdir: string): string => join(outdir, "plans.json");

/** One stack's part of that file. */
export type PlannedStack = StackPlan & { readonly dependencies: readonly string[] };

export function writePlans(outdir: string, plans: readonly PlannedStack[]): void {
  writeFileSync(plansFile(outdir), `${JSON.stringify(plans, null, 2)}\n`);
}

export function readPlans(outdir: string): PlannedStack[] {
  const file = plansFile(outdir);
  if (!existsSync(file)) throw new UserError(`${file} does not exist: run npm run plan first`);
  return JSON.parse(readFileSync(file, "utf8")) as PlannedStack[];
}
