import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf, countsOf } from "../review/changes";
import { parsePlan } from "../review/plan-json";
import type { SynthesizedStack } from "../synthesized";
import type { Workspace } from "../terraform/operate";
import { planStack } from "../terraform/plan-stack";
import { countsText } from "../terraform/progress";
import { planJsonFile } from "../terraform/stacks";

/** Stacks that an upgrade changes. */
const STACKS = ["cluster", "addons", "dagger"];

/**
 * What still differs where all versions are the configuration's. A stack says its versions when its apply ends, even if
 * that failed or was interrupted half-way; only a plan tells.
 * @param plans a folder of this process alone.
 * @returns a text, or nothing if nothing differs.
 */
export async function unfinished({ run, outdir, locks }: Workspace, stacks: readonly SynthesizedStack[], plans: string): Promise<string | undefined> {
  const lines: string[] = [];
  const differ: string[] = [];
  for (const stack of stacks.filter(({ name }) => STACKS.includes(name))) {
    const folder = join(plans, stack.name);
    mkdirSync(folder, { recursive: true });
    const { outcome, ...planned } = await planStack(run, stack, { outdir, locks, folder, lockState: false });
    if (outcome === "unchanged" || outcome === "waits") continue;
    differ.push(stack.name);
    lines.push(
      outcome === "failed"
        ? `${stack.name} could not be planned:\n${"message" in planned ? planned.message : ""}`
        : `${stack.name}: ${countsText(countsOf(changesOf(parsePlan(readFileSync(planJsonFile(folder), "utf8")))))}`,
    );
  }
  if (differ.length === 0) return undefined;
  return [
    "It differs from the configuration otherwise, as after an upgrade that was interrupted:",
    ...lines.map((line) => `    ${line}`),
    `npm run deploy -- ${differ.join(" ")} shows it and applies it.`,
  ].join("\n");
}
