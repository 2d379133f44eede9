import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { ownNamespace, type GiveSecrets } from "../cdktf/shared-secrets";
import { helmRelease } from "../cdktf/helm-release";
import { ADDONS } from "../contract/addons";
import { proxyEnvironment } from "../contract/proxy";
import { charts, image, isMirrored, pullSecrets } from "../contract/sources";
import { supportPlacement, supportReplicas } from "../contract/support-contract";

/** Values of chart cert-manager. Its four parts have their own tolerations; there are none for all. */
export function certManagerValues(config: Config) {
  const placement = supportPlacement(config);
  const replicas = { replicaCount: supportReplicas(config) };
  const availability = supportReplicas(config) > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {};
  const environment = config.proxy ? { extraEnv: proxyEnvironment(config) } : {};
  const pulling = pullSecrets(config);
  const [, imageRegistry] = /^(.*)\/jetstack$/.exec(image(config, "quay.io/jetstack")) ?? [];
  return {
    crds: { enabled: true },
    ...(isMirrored(config, "quay.io/jetstack") ? { imageRegistry, imageNamespace: "jetstack" } : {}),
    ...replicas,
    ...availability,
    ...(pulling.imagePullSecrets ? { global: pulling } : {}),
    ...placement,
    ...environment,
    webhook: { ...replicas, ...availability, ...placement, ...environment },
    cainjector: { ...replicas, ...availability, ...placement, ...environment },
    // Waits for the webhook; one minute, the default, is less than a new node takes.
    startupapicheck: { timeout: "5m", ...placement, ...environment },
  };
}

/** cert-manager with its CRDs, in a namespace of its own. */
export function certManager(scope: Construct, config: Config, giveSecrets: GiveSecrets = () => []): Release {
  return helmRelease(scope, "cert-manager", {
    name: "cert-manager",
    ...ownNamespace(giveSecrets, "cert-manager", ADDONS.certManager.namespace),
    chart: charts(config).certManager,
    values: certManagerValues(config),
  });
}
