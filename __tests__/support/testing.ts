import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { Testing, type TerraformStack } from "cdktf";
import "cdktf/lib/testing/adapters/jest"; // the types of the matchers
import type { Construct } from "constructs";
import type { Config } from "../../modules/config/schema";
import type { StackId } from "../../modules/contract/outputs";
import { makeStack, synthesize } from "../../stacks/app";

export { synthesize };

Testing.setupJest();

/**
 * Renders a stack by `Testing.synth`, with cdktf's validations. For the matchers, such as
 * `toHaveResourceWithProperties`; their properties are in Terraform's spelling, with underscores.
 */
export const render = (stack: TerraformStack): string => Testing.synth(stack, true);

/** Renders what `make` makes in a stack of its own: a construct alone. */
export const renderAlone = (make: (stack: Construct) => void): string => Testing.synthScope(make);

/** Renders one stack of a configuration, made alone: to make all takes several times as long. */
export function renderStack(config: Config, id: StackId): string {
  mkdirSync(process.env.TEST_RUN!, { recursive: true });
  const app = Testing.app({ outdir: mkdtempSync(join(process.env.TEST_RUN!, "app-")) });
  return render(makeStack[id](app, config));
}
