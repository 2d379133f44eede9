import { KubernetesObjectApi } from "@kubernetes/client-node";
import { defaultKubeConfig, listKind, type KubeObject } from "../kubernetes/objects";

/** Kinds that are read, by API version. Those of custom resources may be unknown to the cluster. */
export const KINDS = {
  nodes: ["v1", "Node"],
  pods: ["v1", "Pod"],
  deployments: ["apps/v1", "Deployment"],
  daemonSets: ["apps/v1", "DaemonSet"],
  nodePools: ["karpenter.sh/v1", "NodePool"],
  nodeClasses: ["karpenter.k8s.aws/v1", "EC2NodeClass"],
  runnerSets: ["actions.github.com/v1alpha1", "AutoscalingRunnerSet"],
  listeners: ["actions.github.com/v1alpha1", "AutoscalingListener"],
  runnerDeployments: ["actions.summerwind.dev/v1alpha1", "RunnerDeployment"],
} as const;
type KindName = keyof typeof KINDS;

/** What a cluster holds at one moment; `undefined` for a kind that it does not know. */
export type Snapshot = Readonly<Record<KindName, readonly KubeObject[] | undefined>>;

/**
 * Reads what `verify` looks at, with the current context of kubeconfig.
 * @throws Error when the API does not answer, or refuses.
 */
export async function readSnapshot(kubeConfig = defaultKubeConfig()): Promise<Snapshot> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const read = async (name: KindName) => {
    const [apiVersion, kind] = KINDS[name];
    return [name, await listKind(api, apiVersion, kind)] as const;
  };
  return Object.fromEntries(await Promise.all((Object.keys(KINDS) as KindName[]).map(read))) as Snapshot;
}
