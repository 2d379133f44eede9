import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { stateLocation } from "../modules/cdktf/state";
import type { Config } from "../modules/config/schema";
import { foreseen, type StateFile } from "./review/foreseen";
import { flagText } from "./review/render";
import type { Flag } from "./review/rules/rule";
import type { SynthesizedStack } from "./synthesized";

/**
 * Which stacks were applied, from their state files; nothing is known of states elsewhere, since `npm start` asks no
 * service.
 */
export function appliedStacks(config: Config, stacks: readonly SynthesizedStack[], outdir: string): Applied {
  const all = stacks.map(({ name }) => name);
  const states = new Map(all.map((name) => [name, stateOf(config, name, outdir)]));
  const applied = all.filter((name) => states.get(name) !== undefined);
  return {
    known: config.state.type === "local",
    applied,
    left: all.filter((name) => !applied.includes(name)),
    warnings: stacks.flatMap(({ name, template }) => foreseen(states.get(name) ?? {}, template)),
  };
}

export interface Applied {
  /** Whether it could be looked at. */
  readonly known: boolean;
  readonly applied: readonly string[];
  readonly left: readonly string[];
  /** What a review would warn of, as far as it is known without a plan. */
  readonly warnings: readonly Flag[];
}

/** The state of a stack that was applied, if it is a file. */
function stateOf(config: Config, name: string, outdir: string): StateFile | undefined {
  const state = stateLocation(config, name);
  if (state.type !== "local") return undefined;
  try {
    const read = JSON.parse(readFileSync(resolve(outdir, "stacks", name, state.path), "utf8")) as StateFile;
    return read.resources?.length === 0 ? undefined : read;
  } catch {
    return undefined;
  }
}

/** What to do after `npm start`, in the order of the README's steps. */
export function nextStep(config: Config, applied: Applied): string {
  return [...warningLines(applied), step(config, applied)].join("\n");
}

/** The same words as in a review, so that a changed configuration says before any plan what it takes away. */
const warningLines = ({ warnings }: Applied): string[] =>
  warnings.length === 0
    ? []
    : ["Before you apply this (npm run plan shows all of it):", ...warnings.map((flag) => `    ${flag.title}${flag.how === undefined ? "" : ` (${flag.how})`}: ${flagText(flag)}`.replaceAll("`", "")), ""];

function step(config: Config, { known, applied, left }: Applied): string {
  const { cluster } = config;
  const isPrivate = cluster.mode === "new" && cluster.endpoint.publicCidrs.length === 0;
  const warning = [
    "    The Kubernetes API is private: addons and dagger are deployed from inside the VPC, or let your addresses in with",
    "    cluster.endpoint.publicCidrs.",
  ];
  if (known && left.length === 0) {
    return [
      "All stacks are applied. Next:",
      "    npm run plan      shows what this configuration changes",
      "    npm run verify    looks whether what runs is what was asked for",
    ].join("\n");
  }
  return [
    ...(applied.length === 0 ? ["Next:"] : [`Applied: ${applied.join(", ")}. Next:`]),
    ...(applied.length === 0 ? ["    npm run doctor    looks at tools, account, quotas, secrets and GitHub"] : []),
    `    npm run deploy    ${known ? left.join(", ") : "all stacks"}, one after another: shows each review, asks, applies`,
    ...(isPrivate ? warning : []),
    "(cdktf deploy <stack> and plain Terraform work on the same stacks: docs/operations.md.)",
  ].join("\n");
}
