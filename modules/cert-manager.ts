import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Config } from "./config/schema";
import { helmRelease } from "./cdktf/helm-release";
import { charts } from "./contract/sources";
import { supportPlacement, supportReplicas } from "./contract/support-contract";

/** Whether the stack installs cert-manager: when asked, or when ARC's summerwind kind needs it for its webhooks. */
export const installsCertManager = ({ addons }: Config): boolean =>
  addons.certManager === "install" || (addons.certManager === "auto" && addons.summerwind === "install");

/** Values of chart cert-manager. Its four parts have their own tolerations; there are none for all. */
export function certManagerValues(config: Config) {
  const placement = supportPlacement(config);
  const replicas = { replicaCount: supportReplicas(config) };
  const availability = supportReplicas(config) > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {};
  const { mirror } = config.images;
  return {
    crds: { enabled: true },
    ...(mirror === undefined ? {} : { imageRegistry: mirror, imageNamespace: "jetstack" }),
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
    namespace: "cert-manager",
    createNamespace: true,
    chart: charts(config).certManager,
    values: certManagerValues(config),
  });
