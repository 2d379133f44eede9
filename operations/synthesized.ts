import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A stack as it was written to disk. */
export interface SynthesizedStack {
  readonly name: string;
  /** Names of the stacks whose outputs it reads. */
  readonly dependencies: readonly string[];
  readonly template: TerraformJson;
}

/** The parts of Terraform's JSON syntax that this project reads. */
export interface TerraformJson {
  readonly resource?: Record<string, Record<string, Record<string, unknown>>>;
  readonly data?: Record<string, Record<string, Record<string, unknown>>>;
  readonly output?: Record<string, { value: unknown }>;
  readonly [block: string]: unknown;
}

interface Manifest {
  readonly stacks: Record<string, { name: string; synthesizedStackPath: string; dependencies: string[] }>;
}

/** Reads what a synth wrote, in the order of the stacks' dependencies. */
export function readSynthesized(outdir: string): SynthesizedStack[] {
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as Manifest;
  const stacks = Object.values(manifest.stacks).map(({ name, synthesizedStackPath, dependencies }) => ({
    name,
    dependencies,
    template: JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8")) as TerraformJson,
  }));
  const depth = (name: string): number =>
    1 + Math.max(0, ...(stacks.find((stack) => stack.name === name)?.dependencies ?? []).map(depth));
  return stacks.sort((a, b) => depth(a.name) - depth(b.name));
}
