import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { helmRelease } from "../helm-release";
import { supportPlacement, supportReplicas } from "../support-contract";

export const ARC_NAMESPACE = "arc-systems";
export const ARC_SERVICE_ACCOUNT = "arc-controller";
export const ARC_REPOSITORY = "oci://ghcr.io/actions/actions-runner-controller-charts";

/** Values of chart gha-runner-scale-set-controller. */
export function arcControllerValues(config: Config) {
  return {
    // More than one replica turns on leader election.
    replicaCount: supportReplicas(config),
    serviceAccount: { create: true, name: ARC_SERVICE_ACCOUNT },
    ...supportPlacement(config),
    priorityClassName: "system-cluster-critical",
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
    // The chart documents some of these at its root, where it ignores them.
    flags: { logLevel: "info", logFormat: "json", healthProbeBindAddress: ":8081" },
    metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8080", listenerEndpoint: "/metrics" },
  };
}

/** The controller of GitHub's runner scale sets. */
export const arcController = (scope: Construct, config: Config): Release =>
  helmRelease(scope, "arc-controller", {
    name: "arc",
    namespace: ARC_NAMESPACE,
    createNamespace: true,
    chart: { repository: ARC_REPOSITORY, name: "gha-runner-scale-set-controller", version: config.versions.arc },
    values: arcControllerValues(config),
  });
