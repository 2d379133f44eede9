import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import "cdktf/lib/testing/adapters/jest"; // the types of the matchers
import type { Construct } from "constructs";
import type { Config } from "../../modules/config/schema";
import type { StackId } from "../../modules/contract/outputs";
import { makeStacks, synthesize } from "../../stacks/app";

export { synthesize };

Testing.setupJest();

/**
 * Renders each stack of a configuration by `Testing.synth`, with cdktf's validations. For the matchers, such as
 * `toHaveResourceWithProperties`; their properties are in Terraform's spelling, with underscores.
 */
export function renderStacks(config: Config): Record<StackId, string> {
  const outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  try {
    const stacks = makeStacks(Testing.app({ outdir }), config);
    return Object.fromEntries(
      Object.entries(stacks).map(([id, stack]) => [id, Testing.synth(stack, true)]),
    ) as Record<StackId, string>;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Renders what `make` makes in a stack of its own: a construct alone. */
export const renderAlone = (make: (stack: Construct) => void): string => Testing.synthScope(make);
