import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import type { StackPlan } from "./plan-stack";
import { stackFolder, TEMPLATE } from "./stacks";

/** Where `plan` writes what came of each stack, for `review` to read. */
const plansFile = (outdir: string): string => join(outdir, "plans.json");

/** One stack's part of that file. */
export type PlannedStack = StackPlan & { readonly dependencies: readonly string[] };

interface PlansFile {
  /** The configuration that was planned, unless the stacks were synthesised before. */
  readonly configuration?: ConfigurationPrint;
  readonly stacks: readonly (PlannedStack & { readonly synthesized: string })[];
}

/** What tells a configuration from another; comments do not count. */
export interface ConfigurationPrint {
  readonly file: string;
  readonly sha256: string;
}

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
const synthesizedPrint = (outdir: string, stack: string) => sha256(readFileSync(join(stackFolder(outdir, stack), TEMPLATE)));

export function configurationPrint(file = process.env.DAGGER_CI_CONFIG ?? CONFIG_FILE): ConfigurationPrint {
  return { file, sha256: sha256(JSON.stringify(loadConfig(file))) };
}

/** What was planned before is no longer what a review should show. */
export const forgetPlans = (outdir: string): void => rmSync(plansFile(outdir), { force: true });

export function writePlans(outdir: string, plans: readonly PlannedStack[], configuration?: ConfigurationPrint): void {
  const stacks = plans.map((plan) => ({ ...plan, synthesized: synthesizedPrint(outdir, plan.stack) }));
  writeFileSync(plansFile(outdir), `${JSON.stringify({ configuration, stacks } satisfies Record<keyof PlansFile, unknown>, null, 2)}\n`);
}

/** @throws UserError if nothing was planned, or if it was planned of another configuration than there is now. */
export function readPlans(outdir: string): readonly PlannedStack[] {
  const file = plansFile(outdir);
  if (!existsSync(file)) throw new UserError(`${file} does not exist: run npm run plan first`);
  const { configuration, stacks } = JSON.parse(readFileSync(file, "utf8")) as Partial<PlansFile>;
  const stale = (what: string) => new UserError(`${what} since npm run plan: the plans are of what was before. Run npm run plan again.`);
  if (stacks === undefined) throw stale("This project was renewed");
  if (configuration !== undefined && configurationPrint(configuration.file).sha256 !== configuration.sha256) {
    throw stale(`${configuration.file} changed`);
  }
  const others = stacks.filter(({ stack, synthesized }) => synthesizedPrint(outdir, stack) !== synthesized).map(({ stack }) => stack);
  if (others.length > 0) throw stale(`${others.join(", ")} ${others.length === 1 ? "was" : "were"} synthesised differently`);
  return stacks;
}
