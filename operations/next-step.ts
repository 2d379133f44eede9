import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { stateLocation } from "../modules/cdktf/state";
import type { Config } from "../modules/config/schema";
import type { SynthesizedStack } from "./synthesized";

/**
 * Which stacks were applied, from their state files; nothing is known of states elsewhere, since `npm start` asks no
 * service.
 */
export function appliedStacks(config: Config, stacks: readonly SynthesizedStack[], outdir: string): Applied {
  const all = stacks.map(({ name }) => name);
  const applied = all.filter((name) => {
    const state = stateLocation(config, name);
    return state.type === "local" && holdsResources(resolve(outdir, "stacks", name, state.path));
  });
  return { known: config.state.type === "local", applied, left: all.filter((name) => !applied.includes(name)) };
}

export interface Applied {
  /** Whether it could be looked at. */
  readonly known: boolean;
  readonly applied: readonly string[];
  readonly left: readonly string[];
}

function holdsResources(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { resources?: unknown[] }).resources?.length !== 0;
  } catch {
    return false;
  }
}

/** What to do after `npm start`, in the order of the README's steps. */
export function nextStep(config: Config, { known, applied, left }: Applied): string {
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
