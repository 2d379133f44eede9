import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import type { GiveSecrets } from "../cdktf/shared-secrets";
import { KEEP } from "../cdktf/chart-with-crds";
import { helmRelease } from "../cdktf/helm-release";
import { addonRequests } from "../contract/addons";
import type { OutputsOf } from "../contract/outputs";
import { proxyEnvironment } from "../contract/proxy";
import { charts, image, isMirrored, pullSecrets } from "../contract/sources";
import { supportPlacement, supportReplicas } from "../contract/support-contract";
import { KARPENTER_NAMESPACE, KARPENTER_SERVICE_ACCOUNT } from "./controller-identity";

const IMAGE = "public.ecr.aws/karpenter/controller";

/** Values of chart karpenter. */
export function karpenterValues(config: Config, cluster: OutputsOf<"cluster">) {
  const { karpenter } = config.addons;
  return {
    settings: {
      clusterName: cluster.cluster_name,
      clusterEndpoint: cluster.cluster_endpoint,
      interruptionQueue: cluster.interruption_queue,
      enableZonalShift: config.cluster.zonalShift,
      // Without a way out there is no price list: Karpenter then uses the one it was built with.
      isolatedVPC: config.network.mode === "new" && config.network.nat === "none",
      ...(karpenter.mode === "install" ? { featureGates: karpenter.featureGates } : {}),
    },
    serviceAccount: { name: KARPENTER_SERVICE_ACCOUNT },
    replicas: supportReplicas(config),
    ...pullSecrets(config),
    ...supportPlacement(config),
    controller: {
      ...(isMirrored(config, IMAGE) ? { image: { repository: image(config, IMAGE) } } : {}),
      // It would ask the metadata service, which the hop limit of support nodes hides from pods.
      env: [{ name: "AWS_REGION", value: config.region }, ...proxyEnvironment(config)],
      // CPU sets how much it does at once, the memory limit how much its garbage collector keeps.
      resources: { requests: addonRequests("karpenter"), limits: { memory: "1Gi" } },
    },
  };
}

/** Karpenter's CRDs by a chart of their own, since Helm never upgrades the CRDs inside a chart; then the controller. */
export function karpenter(scope: Construct, config: Config, cluster: OutputsOf<"cluster">, giveSecrets: GiveSecrets = () => []): Release {
  const { karpenterCrd, karpenter: controller } = charts(config);
  const crds = helmRelease(scope, "karpenter-crd", {
    name: "karpenter-crd",
    namespace: KARPENTER_NAMESPACE,
    chart: karpenterCrd,
    values: { additionalAnnotations: KEEP },
  });
  return helmRelease(scope, "karpenter", {
    name: "karpenter",
    namespace: KARPENTER_NAMESPACE,
    chart: controller,
    values: karpenterValues(config, cluster),
    skipCrds: true,
    dependsOn: [crds, ...giveSecrets("karpenter", KARPENTER_NAMESPACE, [])],
  });
}
