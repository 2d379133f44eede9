import type { Release } from "@cdktf/provider-helm/lib/release";
import type { TerraformStack } from "cdktf";
import { arcController } from "../arc/controller";
import { Summerwind } from "../arc/summerwind";
import type { GiveProxySecret } from "../cdktf/proxy-secrets";
import { readGithubSecret } from "../cdktf/secrets";
import type { Config } from "../config/schema";
import { installedAddons, type AddonName } from "../contract/addons";
import type { OutputsOf } from "../contract/outputs";
import { karpenter } from "../karpenter/controller";
import { certManager } from "./cert-manager";

/** What an add-on may need of the stack that it is installed in. */
export interface AddonContext {
  readonly config: Config;
  readonly cluster: OutputsOf<"cluster">;
  readonly giveProxySecret: GiveProxySecret;
  /** What was installed before it. */
  readonly installed: Partial<Record<AddonName, Release>>;
}

/** How each add-on is installed. @returns the release that others wait for. */
const INSTALL: Record<AddonName, (stack: TerraformStack, context: AddonContext) => Release> = {
  certManager: (stack, { config, giveProxySecret }) => certManager(stack, config, giveProxySecret),
  karpenter: (stack, { config, cluster, giveProxySecret }) => karpenter(stack, config, cluster, giveProxySecret),
  arc: (stack, { config, giveProxySecret }) => arcController(stack, config, giveProxySecret),
  summerwind: (stack, { config, giveProxySecret, installed: { certManager } }) => {
    const githubSecret = readGithubSecret(stack, config.github.secret);
    const dependsOn = certManager ? [certManager] : [];
    return new Summerwind(stack, "summerwind", { config, githubSecret, giveProxySecret, dependsOn }).release;
  },
};

/** Installs what the configuration asks for, in the order of `ADDONS`. */
export function installAddons(stack: TerraformStack, context: Omit<AddonContext, "installed">): Release[] {
  const installed: Partial<Record<AddonName, Release>> = {};
  for (const name of installedAddons(context.config)) installed[name] = INSTALL[name](stack, { ...context, installed });
  return Object.values(installed);
}
