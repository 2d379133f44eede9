import { execFileSync } from "node:child_process";

/** As much of a Kubernetes object as the proof reads. */
export interface KubernetesObject {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string; readonly labels?: Record<string, string> };
  readonly spec: {
    readonly nodeName?: string;
    readonly taints?: readonly { readonly key: string }[];
    readonly nodeClassRef?: unknown;
    readonly resources?: { readonly requests: Record<string, string> };
  };
  readonly status?: { readonly phase?: string; readonly nodeName?: string; readonly conditions?: { readonly type: string; readonly status: string }[] };
}

const kubectl = (args: readonly string[], input?: string): string =>
  execFileSync("kubectl", args, { encoding: "utf8", maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });

export const apply = (objects: readonly object[]): void =>
  void kubectl(["apply", "--server-side", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));

export const list = (kinds: string, ...args: readonly string[]): KubernetesObject[] =>
  (JSON.parse(kubectl(["get", kinds, "-A", "-o", "json", ...args])) as { items: KubernetesObject[] }).items;

/** Does not wait: what has finalizers goes when its nodes have gone. */
export const remove = (kind: string, ...args: readonly string[]): void =>
  void kubectl(["delete", kind, "--wait=false", "--ignore-not-found", ...args]);

/** Takes a taint from the nodes of a node pool, as what set it would; it may not be there. */
export function untaint(nodePool: string, key: string): void {
  for (const { metadata, spec } of list("nodes", "-l", `karpenter.sh/nodepool=${nodePool}`)) {
    if (spec.taints?.some((taint) => taint.key === key)) kubectl(["taint", "node", metadata.name, `${key}-`]);
  }
}
