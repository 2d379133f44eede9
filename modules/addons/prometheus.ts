import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import { helmRelease } from "../cdktf/helm-release";
import { ownNamespace, type GiveSecrets } from "../cdktf/shared-secrets";
import type { Config } from "../config/schema";
import { ADDONS, addonRequests, ALERTMANAGER_REQUESTS, PROMETHEUS_REQUESTS, requestsText } from "../contract/addons";
import { charts, imageParts, pullSecrets } from "../contract/sources";
import { supportPlacement } from "../contract/support-contract";
import { KEEP } from "../cdktf/chart-with-crds";
import { versions } from "../facts/versions";

/** The release, and what names in it begin with. */
const NAME = "prometheus";
const EMPTY_DIR_GB = 10;
/** Of its disk, what Prometheus fills with what it keeps; the rest is for what it has not yet packed. */
const KEPT_SHARE = 0.8;

type Installed = Extract<Config["addons"]["prometheus"], { mode: "install" }>;

/** Values of chart kube-prometheus-stack. */
export function prometheusValues(config: Config, { retentionDays, volumeGb, storageClass }: Installed) {
  const placement = supportPlacement(config);
  const pod = { ...placement, resources: { requests: addonRequests("prometheus") } };
  const from = (reference: string) => ({ image: imageOf(config, reference) });
  const pulling = pullSecrets(config);
  // Somebody else's monitors and rules count as those of the chart do.
  const everywhere = Object.fromEntries(["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"].map((kind) => [`${kind}SelectorNilUsesHelmValues`, false]));
  const madeClass = volumeGb !== undefined && storageClass === undefined;
  return {
    fullnameOverride: NAME,
    ...(pulling.imagePullSecrets ? { global: pulling } : {}),
    // EKS shows none of these.
    ...Object.fromEntries(["kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy"].map((part) => [part, { enabled: false }])),
    prometheusOperator: {
      ...pod,
      ...from(versions.prometheusOperatorImage),
      prometheusConfigReloader: from(versions.prometheusReloaderImage),
      // Its webhook checks rules; a control plane that cannot reach it would refuse every one of them.
      admissionWebhooks: { enabled: false },
      tls: { enabled: false },
    },
    prometheus: {
      prometheusSpec: {
        ...placement,
        ...from(versions.prometheusImage),
        ...everywhere,
        resources: { requests: requestsText(PROMETHEUS_REQUESTS) },
        retention: `${retentionDays}d`,
        retentionSize: `${Math.floor((volumeGb ?? EMPTY_DIR_GB) * KEPT_SHARE)}GB`,
        storageSpec:
          volumeGb === undefined
            ? { emptyDir: { sizeLimit: `${EMPTY_DIR_GB}Gi` } }
            : { volumeClaimTemplate: { spec: { storageClassName: storageClass ?? NAME, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${volumeGb}Gi` } } } } },
        // Nobody else would delete the volume.
        ...(volumeGb === undefined ? {} : { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } }),
      },
    },
    alertmanager: {
      alertmanagerSpec: {
        ...placement,
        ...from(versions.alertmanagerImage),
        resources: { requests: requestsText(ALERTMANAGER_REQUESTS) },
        // An AlertmanagerConfig is for all alerts, not only for those of its own namespace.
        alertmanagerConfigMatcherStrategy: { type: "None" },
      },
    },
    grafana: {
      ...pod,
      ...from(versions.grafanaImage),
      sidecar: from(versions.grafanaSidecarImage),
      testFramework: { enabled: false },
      "grafana.ini": { analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false } },
    },
    "kube-state-metrics": { ...pod, ...from(versions.kubeStateMetricsImage) },
    // It tolerates every taint, as the chart has it, so that runner nodes have one too.
    "prometheus-node-exporter": { image: { ...imageOf(config, versions.nodeExporterImage), distroless: false } },
    ...(madeClass ? { extraManifests: [encryptedGp3()] } : {}),
  };
}

/** A volume in the zone of its pod, encrypted with the account's key. */
const encryptedGp3 = () => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: NAME },
  provisioner: "ebs.csi.aws.com",
  parameters: { type: "gp3", encrypted: "true" },
  volumeBindingMode: "WaitForFirstConsumer",
});

/** An image as the charts want it, the registry apart. */
function imageOf(config: Config, reference: string): { readonly registry: string; readonly repository: string; readonly tag: string } {
  const { repository, tag } = imageParts(config, reference);
  const [, registry = "", path = ""] = /^([^/]+)\/(.*)$/.exec(repository) ?? [];
  return { registry, repository: path, tag };
}

/** Prometheus and what comes with it, in a namespace of its own; its CRDs before it, which stay when it goes. */
export function prometheus(scope: Construct, config: Config, giveSecrets: GiveSecrets = () => []): Release {
  const settings = config.addons.prometheus as Installed;
  const { prometheusCrds, prometheus: chart } = charts(config);
  const { dependsOn, ...namespace } = ownNamespace(giveSecrets, NAME, ADDONS.prometheus.namespace);
  const crds = helmRelease(scope, "prometheus-crds", { name: "prometheus-crds", ...namespace, chart: prometheusCrds, values: { crds: { annotations: KEEP } }, ...(dependsOn ? { dependsOn } : {}) });
  return helmRelease(scope, NAME, {
    name: NAME,
    namespace: namespace.namespace,
    chart,
    values: prometheusValues(config, settings),
    // They are a release of their own, which brings them up with each version.
    skipCrds: true,
    dependsOn: [crds],
  });
}
