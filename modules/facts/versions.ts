/**
 * Every version the project pins, in one place. Each of them can be overridden in the configuration
 * (`versions`), except the Dagger version, which belongs to a fleet.
 */
export const versions = {
  /** Terraform (or OpenTofu): ephemeral resources and write-only arguments need 1.11. */
  terraform: ">= 1.11.0",
  /** Kubernetes minor version of a new cluster. Karpenter 1.14 supports up to 1.36. */
  kubernetes: "1.35",
  /** AMI of the runner nodes, as Karpenter's alias `family@version`. Older than v20260707 loses its RAID on a stop. */
  ami: "al2023@v20260930",
  certManager: "v1.21.1",
  /** Charts `karpenter` and `karpenter-crd`; they are released together. */
  karpenter: "1.14.1",
  /** Charts of ARC's controller and scale sets: one version, since another minor makes the controller delete sets. */
  arc: "0.14.2",
  /** Chart actions-runner-controller (summerwind). Its last release; the images below belong to it. */
  summerwind: "0.23.7",
  summerwindControllerImage: "summerwind/actions-runner-controller:v0.27.6",
  summerwindRunnerImage: "summerwind/actions-runner:v2.337.0-ubuntu-22.04",
  summerwindDindImage: "summerwind/actions-runner-dind:v2.337.0-ubuntu-22.04",
  dockerImage: "docker:28.0.4-dind",
  summerwindProxyImage: "quay.io/brancz/kube-rbac-proxy:v0.13.1",
  /**
   * Images of the pods that restore and publish seeds. Each new node pulls them, so they are not from Docker Hub, which
   * counts pulls; restic, which runs as root, by digest.
   */
  resticImage: "ghcr.io/restic/restic:0.19.1@sha256:2f0373803493361f9304a57150d464677f69a9dad487afec202105aafb2592f2",
  curlImage: "quay.io/curl/curl:8.17.0",
  /** Charts kube-prometheus-stack, and prometheus-operator-crds of the same operator; the images are those that the chart has. */
  prometheus: "88.5.3",
  prometheusCrds: "31.0.1",
  prometheusImage: "quay.io/prometheus/prometheus:v3.14.0-distroless",
  prometheusOperatorImage: "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
  prometheusReloaderImage: "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
  alertmanagerImage: "quay.io/prometheus/alertmanager:v0.34.0",
  nodeExporterImage: "quay.io/prometheus/node-exporter:v1.12.1",
  kubeStateMetricsImage: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
  grafanaImage: "docker.io/grafana/grafana:13.2.0",
  grafanaSidecarImage: "quay.io/kiwigrid/k8s-sidecar:2.10.1",
  /** Image of the clock that keeps runners warm: Node, with every time zone; 24 runs TypeScript as it is. */
  clockImage: "public.ecr.aws/docker/library/node:24.21.0-alpine",
  /** Default Dagger version of a fleet: engine image, chart and CLI are released under one number. */
  dagger: "0.21.9",
  /** GitHub's runner image. GitHub refuses runners about 30 days after a newer release. */
  runnerImage: "ghcr.io/actions/actions-runner:2.338.0",
  /** Day on which the image above was known to be the newest. */
  runnerImageDate: "2026-10-08",
} as const;

/** The Amazon EKS managed add-ons of a new cluster. */
export const EKS_ADDONS = ["vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver"] as const;
export type EksAddonName = (typeof EKS_ADDONS)[number];

/** kube-proxy and CoreDNS are built for one Kubernetes minor version each, the others for all of these. */
const perMinor: Record<string, Pick<Record<EksAddonName, string>, "kube-proxy" | "coredns">> = {
  "1.34": { "kube-proxy": "v1.34.6-eksbuild.29", coredns: "v1.12.4-eksbuild.38" },
  "1.35": { "kube-proxy": "v1.35.3-eksbuild.29", coredns: "v1.13.2-eksbuild.31" },
  "1.36": { "kube-proxy": "v1.36.0-eksbuild.25", coredns: "v1.14.3-eksbuild.23" },
};

/** Kubernetes minor versions for which add-on versions are known. */
export const KUBERNETES_VERSIONS = Object.keys(perMinor);

/** AWS's default add-on versions for a Kubernetes minor version, as of October 2026. */
export const eksAddonVersions = (kubernetes: string): Partial<Record<EksAddonName, string>> => ({
  "vpc-cni": "v1.22.4-eksbuild.3",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
  "aws-ebs-csi-driver": "v1.66.0-eksbuild.1",
  ...perMinor[kubernetes],
});
