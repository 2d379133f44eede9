import type { Release } from "@cdktf/provider-helm/lib/release";
import type { TerraformStack } from "cdktf";
import { arcController } from "../arc/controller";
import { Summerwind } from "../arc/summerwind";
import type { GiveSecrets } from "../cdktf/shared-secrets";
import { readGithubSecret } from "../cdktf/secrets";
import type { Config } from "../config/schema";
import { installedAddons, type AddonName } from "../contract/addons";
import type { OutputsOf } from "../contract/outputs";
import { karpenter } from "../karpenter/controller";
import { certManager } from "./cert-manager";
import { prometheus } from "./prometheus";

/** What an add-on may need of the stack that it is installed in. */
export interface AddonContext {
  readonly config: Config;
  readonly cluster: OutputsOf<"cluster">;
  readonly giveSecrets: GiveSecrets;
  /** What was installed before it. */
  readonly installed: Partial<Record<AddonName, Release>>;
}

/** How each add-on is installed. @returns the release that others wait for. */
const INSTALL: Record<AddonName, (stack: TerraformStack, context: AddonContext) => Release> = {
  certManager: (stack, { config, giveSecrets }) => certManager(stack, config, giveSecrets),
  karpenter: (stack, { config, cluster, giveSecrets }) => karpenter(stack, config, cluster, giveSecrets),
  arc: (stack, { config, giveSecrets }) => arcController(stack, config, giveSecrets),
  prometheus: (stack, { config, giveSecrets }) => prometheus(stack, config, giveSecrets),
  summerwind: (stack, { config, giveSecrets, installed: { certManager } }) => {
    const githubSecret = readGithubSecret(stack, config.github.secret);
    const dependsOn = certManager ? [certManager] : [];
    return new Summerwind(stack, "summerwind", { config, githubSecret, giveSecrets, dependsOn }).release;
  },
};

/** Installs what the configuration asks for, in the order of `ADDONS`. */
export function installAddons(stack: TerraformStack, context: Omit<AddonContext, "installed">): Release[] {
  const installed: Partial<Record<AddonName, Release>> = {};
  for (const name of installedAddons(context.config)) installed[name] = INSTALL[name](stack, { ...context, installed });
  return Object.values(installed);
}
