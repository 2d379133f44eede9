import type { Config } from "../config/schema";
import { versions as pinned } from "../facts/versions";
import type { OUTPUTS } from "./outputs";
import type { charts } from "./sources";

type Settings = Config["addons"];

interface Requests {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

/** What the rest of the project must know of a part of the cluster that the addons stack can install. */
export interface Addon {
  /** As people call it. */
  readonly title: string;
  /** Whether the stack installs it, or the cluster has it. */
  readonly mode: (settings: Settings) => "install" | "existing" | "none";
  /** Output of the addons stack with the version that it installed. */
  readonly output: keyof (typeof OUTPUTS)["addons"];
  /** Its charts, as `modules/contract/sources.ts` calls them. */
  readonly charts: readonly Exclude<keyof ReturnType<typeof charts>, "daggerEngine">[];
  /** The images of its pods, by their homes' references. */
  readonly images: (versions: Config["versions"]) => readonly string[];
  /** What these images are for, where its title does not say it. */
  readonly imagesAre?: string;
  readonly namespace: string;
  /** Its deployments, each with as many replicas as `supportReplicas` says, or one. */
  readonly deployments: readonly string[];
  readonly single?: true;
  /** Requests of one pod of these. */
  readonly requests: Requests;
  /** Of pods on support nodes that are of no deployment. */
  readonly others?: readonly Requests[];
  /** What a change of its version means for jobs, for who reads an upgrade or a review. */
  readonly restarts: string;
}

/** Where ARC's controller for scale sets and all listeners run. */
export const ARC_NAMESPACE = "arc-systems";

export const PROMETHEUS_REQUESTS: Requests = { cpuMillicores: 200, memoryMib: 1024 };
export const ALERTMANAGER_REQUESTS: Requests = { cpuMillicores: 20, memoryMib: 64 };

/**
 * Every add-on, in the order in which they are installed. A new one begins here. Placement, the list of images, verify and upgrade read this; how each
 * is installed is in `modules/addons/install.ts`.
 */
const all = {
  karpenter: {
    title: "Karpenter",
    mode: ({ karpenter }) => karpenter.mode,
    output: "karpenter_version",
    charts: ["karpenterCrd", "karpenter"],
    images: ({ karpenter }) => [`public.ecr.aws/karpenter/controller:${karpenter}`],
    // There the API server gives it priority.
    namespace: "kube-system",
    deployments: ["karpenter"],
    requests: { cpuMillicores: 500, memoryMib: 1024 },
    restarts: "its controller restarts: new nodes come seconds later",
  },
  arc: {
    title: "ARC",
    mode: ({ arc }) => arc.mode,
    output: "arc_version",
    charts: ["arcController"],
    // The controller starts listeners from its own image.
    images: ({ arc }) => [`ghcr.io/actions/gha-runner-scale-set-controller:${arc}`],
    imagesAre: "ARC and its listeners",
    namespace: ARC_NAMESPACE,
    deployments: ["arc-gha-rs-controller"],
    requests: { cpuMillicores: 100, memoryMib: 256 },
    restarts: "controller and listeners restart: new jobs wait for seconds",
  },
  certManager: {
    title: "cert-manager",
    mode: ({ certManager, summerwind }) => {
      if (certManager !== "auto") return certManager;
      return summerwind === "install" ? "install" : "none";
    },
    output: "cert_manager_version",
    charts: ["certManager"],
    images: ({ certManager }) =>
      ["controller", "webhook", "cainjector", "startupapicheck"].map((part) => `quay.io/jetstack/cert-manager-${part}:${certManager}`),
    namespace: "cert-manager",
    deployments: ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"],
    requests: { cpuMillicores: 0, memoryMib: 0 },
    restarts: "its controllers restart; no job notices",
  },
  summerwind: {
    title: "ARC (summerwind)",
    mode: ({ summerwind }) => summerwind,
    output: "summerwind_version",
    charts: ["summerwind"],
    images: () => [pinned.summerwindControllerImage, pinned.summerwindProxyImage],
    namespace: "actions-runner-system",
    deployments: ["arc-summerwind-actions-runner-controller"],
    requests: { cpuMillicores: 100, memoryMib: 256 },
    restarts: "its controller and webhooks restart: new jobs of RunnerDeployments wait for moments",
  },
  prometheus: {
    title: "Prometheus",
    mode: ({ prometheus }) => prometheus.mode,
    output: "prometheus_version",
    charts: ["prometheusCrds", "prometheus"],
    images: () => [
      pinned.prometheusImage,
      pinned.prometheusOperatorImage,
      pinned.prometheusReloaderImage,
      pinned.alertmanagerImage,
      pinned.nodeExporterImage,
      pinned.kubeStateMetricsImage,
      pinned.grafanaImage,
      pinned.grafanaSidecarImage,
    ],
    imagesAre: "Prometheus and what comes with it",
    namespace: "prometheus",
    deployments: ["prometheus-operator", "prometheus-grafana", "prometheus-kube-state-metrics"],
    single: true,
    requests: { cpuMillicores: 50, memoryMib: 192 },
    others: [PROMETHEUS_REQUESTS, ALERTMANAGER_REQUESTS],
    restarts: "Prometheus, Grafana and exporters restart: a gap of a minute in what is scraped; no job notices",
  },
} as const satisfies Record<string, Addon>;

export type AddonName = keyof typeof all;
export const ADDONS: Readonly<Record<AddonName, Addon>> = all;
export const ADDON_NAMES = Object.keys(ADDONS) as AddonName[];

/** The add-ons that the stack installs. */
export const installedAddons = ({ addons }: Pick<Config, "addons">): AddonName[] => ADDON_NAMES.filter((name) => ADDONS[name].mode(addons) === "install");

/** The version of each, under the name of its output; empty for what the stack does not install. */
export const installedVersions = ({ addons, versions }: Pick<Config, "addons" | "versions">): Record<Addon["output"], string> =>
  Object.fromEntries(ADDON_NAMES.map((name) => [ADDONS[name].output, ADDONS[name].mode(addons) === "install" ? versions[name] : ""])) as Record<Addon["output"], string>;

/** Requests of an add-on's pod, as Kubernetes writes them. */
export const addonRequests = (name: AddonName) => requestsText(ADDONS[name].requests);
export const requestsText = ({ cpuMillicores, memoryMib }: Requests) => {
  return { cpu: `${cpuMillicores}m`, memory: memoryMib % 1024 === 0 ? `${memoryMib / 1024}Gi` : `${memoryMib}Mi` };
};
