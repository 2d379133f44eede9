import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { ownNamespace, type GiveSecrets } from "../cdktf/shared-secrets";
import { helmReleaseWithCrds } from "../cdktf/chart-with-crds";
import { addonRequests, ARC_NAMESPACE } from "../contract/addons";
import { proxyEnvironment } from "../contract/proxy";
import { charts, image, isMirrored, pullSecrets } from "../contract/sources";
import { supportPlacement, supportReplicas } from "../contract/support-contract";

export const ARC_SERVICE_ACCOUNT = "arc-controller";
/** Port of the controller's and the listeners' Prometheus metrics. */
export const ARC_METRICS_PORT = 8080;

const IMAGE = "ghcr.io/actions/gha-runner-scale-set-controller";

/** Values of chart gha-runner-scale-set-controller. */
export function arcControllerValues(config: Config) {
  return {
    // More than one replica turns on leader election.
    replicaCount: supportReplicas(config),
    ...(isMirrored(config, IMAGE) ? { image: { repository: image(config, IMAGE) } } : {}),
    ...(config.proxy ? { env: proxyEnvironment(config) } : {}),
    serviceAccount: { create: true, name: ARC_SERVICE_ACCOUNT },
    ...pullSecrets(config),
    ...supportPlacement(config),
    priorityClassName: "system-cluster-critical",
    resources: { requests: addonRequests("arc"), limits: { memory: "512Mi" } },
    // The chart's comments show the probe address at its root, where it has no effect.
    flags: { logLevel: "info", logFormat: "json", healthProbeBindAddress: ":8081" },
    metrics: {
      controllerManagerAddr: `:${ARC_METRICS_PORT}`,
      listenerAddr: `:${ARC_METRICS_PORT}`,
      listenerEndpoint: "/metrics",
    },
  };
}

/** The controller of GitHub's runner scale sets, with its CRDs. */
export function arcController(scope: Construct, config: Config, giveSecrets: GiveSecrets = () => []): Release {
  return helmReleaseWithCrds(scope, "arc-controller", {
    name: "arc",
    ...ownNamespace(giveSecrets, "arc", ARC_NAMESPACE),
    chart: charts(config).arcController,
    values: arcControllerValues(config),
  });
}
