import { KubeConfig, KubernetesObjectApi, type KubernetesListObject, type KubernetesObject } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";

/** The parts of Kubernetes objects that are looked at. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string | Date;
    readonly deletionTimestamp?: string | Date;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

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

/**
 * The cluster of kubeconfig's current context.
 * @throws UserError when there is none, instead of the client's own guess, port 8080 of this machine.
 */
export function defaultKubeConfig(): KubeConfig {
  const kubeConfig = new KubeConfig();
  const none = (why: string) => new UserError(`no cluster to look at: ${why}. Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG.`);
  try {
    kubeConfig.loadFromDefault();
  } catch (error) {
    throw none((error as Error).message);
  }
  if (kubeConfig.getCurrentCluster()?.server === "http://localhost:8080") throw none("there is no kubeconfig");
  return kubeConfig;
}

/** All objects of a kind; `undefined` if the cluster does not know it. */
export async function listKind(api: KubernetesObjectApi, apiVersion: string, kind: string): Promise<readonly KubeObject[] | undefined> {
  try {
    const { items }: KubernetesListObject<KubernetesObject> = await api.list(apiVersion, kind);
    return items as unknown as KubeObject[];
  } catch (error) {
    if (isUnknownKind(error)) return undefined;
    throw new UserError(`cannot list ${kind}: ${(error as Error).message}`, { cause: error });
  }
}

/** A kind whose CRD is not installed: the client finds no such resource, or the API answers 404. */
const isUnknownKind = (error: unknown): boolean =>
  (error as { code?: number }).code === 404 || /Unrecognized API version and kind|HTTP-Code: 404/.test(String(error));
