import karpenter from "./karpenter.json";
import kubernetes from "./kubernetes.json";

/** A Kubernetes version of EKS, with the last days of its standard and its extended support, as `2026-01-31`. */
export interface KubernetesSupport {
  readonly version: string;
  readonly standardSupportEnds: string;
  readonly extendedSupportEnds: string;
}

/** The content of `kubernetes.json`. */
export interface KubernetesTable {
  readonly source: string;
  readonly date: string;
  readonly versions: readonly KubernetesSupport[];
}

/** The content of `karpenter.json`. */
export interface KarpenterTable {
  readonly source: string;
  readonly date: string;
  /** The oldest Karpenter for each Kubernetes minor version. */
  readonly leastFor: readonly { readonly kubernetes: string; readonly karpenter: string }[];
}

/** When EKS ends the support of each Kubernetes version. `npm run kubernetes-support` renews it. */
export const kubernetesTable: KubernetesTable = kubernetes;
/** Which Karpenter works with which Kubernetes. `npm run karpenter-support` renews it. */
export const karpenterTable: KarpenterTable = karpenter;

export const kubernetesSupport = (version: string): KubernetesSupport | undefined =>
  kubernetesTable.versions.find((one) => one.version === version);

/** The oldest Karpenter for a Kubernetes version; undefined for a version that the matrix does not know. */
export const leastKarpenterFor = (version: string): string | undefined =>
  karpenterTable.leastFor.find((one) => one.kubernetes === version)?.karpenter;
