import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "./config/schema";
import { helmRelease } from "./helm-release";
import { supportPlacement, supportReplicas } from "./support-contract";

export const CERT_MANAGER_NAMESPACE = "cert-manager";

/** Values of chart cert-manager. Its four parts have their own tolerations; there are none for all. */
export function certManagerValues(config: Config) {
  const placement = supportPlacement(config);
  const replicas = { replicaCount: supportReplicas(config) };
  const availability = supportReplicas(config) > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {};
  return {
    crds: { enabled: true },
    ...replicas,
    ...availability,
    ...placement,
    webhook: { ...replicas, ...availability, ...placement },
    cainjector: { ...replicas, ...availability, ...placement },
    // Waits for the webhook; one minute, the default, is less than a new node takes.
    startupapicheck: { timeout: "5m", ...placement },
  };
}

export const certManager = (scope: Construct, config: Config): Release =>
  helmRelease(scope, "cert-manager", {
    name: "cert-manager",
    namespace: CERT_MANAGER_NAMESPACE,
    createNamespace: true,
    chart: {
      repository: "oci://quay.io/jetstack/charts",
      name: "cert-manager",
      version: config.versions.certManager,
    },
    values: certManagerValues(config),
  });
