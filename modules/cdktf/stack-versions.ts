import type { Precondition } from "cdktf";
import type { Config } from "../config/schema";
import type { OutputsOf } from "../contract/outputs";

/**
 * Refuses to plan runner sets of another ARC minor version than the controller has: the controller would delete them,
 * and Helm and Terraform would not notice.
 */
export function arcInStep(config: Config, addons: OutputsOf<"addons">): Precondition[] {
  const minor = config.versions.arc.replace(/\.[0-9]+$/, "");
  return [
    {
      condition: `\${startswith(${addons.arc_version}, "${minor}.")}`,
      errorMessage:
        `The addons stack has ARC ${addons.arc_version}, and this configuration wants runner sets of ${config.versions.arc}. ` +
        "Another minor version would delete them. Destroy the runner sets of this stack with the old configuration, " +
        "apply addons with the new one, then apply this stack.",
    },
  ];
}

/** Refuses to plan node pools for a newer Karpenter than the CRDs in the cluster. */
export function karpenterInStep(config: Config, addons: OutputsOf<"addons">): Precondition[] {
  if (config.addons.karpenter.mode === "existing") return [];
  const wanted = config.versions.karpenter.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);
  const parts = `split(".", ${addons.karpenter_version})`;
  return [
    {
      condition: `\${sum([for i, part in ${parts} : tonumber(part) * pow(1000, 2 - i)]) >= ${wanted}}`,
      errorMessage:
        `The addons stack has Karpenter ${addons.karpenter_version}, and this configuration wants ${config.versions.karpenter}. ` +
        "Apply addons first, so that its CRDs know what this stack writes.",
    },
  ];
}
