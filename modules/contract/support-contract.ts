import type { Config } from "../config/schema";

/** Taint of support nodes; CoreDNS and Karpenter tolerate it by default, the rest must be told. */
export const SUPPORT_TAINT = { key: "CriticalAddonsOnly", value: "true", effect: "NoSchedule" } as const;
export const SUPPORT_TOLERATION = { key: SUPPORT_TAINT.key, operator: "Exists", effect: SUPPORT_TAINT.effect } as const;
/** Label of support nodes. */
export const SUPPORT_LABEL = { key: "support-node", value: "true" } as const;

export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly object[];
}

/** Where controllers and listeners run: on the support nodes that the cluster stack makes, or on those of an existing cluster. */
export function supportPlacement({ cluster }: Config): Placement {
  if (cluster.mode === "existing") {
    const { nodeSelector, tolerations } = cluster.supportNodes;
    return { nodeSelector, tolerations };
  }
  return { nodeSelector: { [SUPPORT_LABEL.key]: SUPPORT_LABEL.value }, tolerations: [SUPPORT_TOLERATION] };
}

/** Two replicas of a controller where there are nodes for two. */
export const supportReplicas = ({ cluster }: Config): number => Math.min(cluster.supportNodes.count, 2);
