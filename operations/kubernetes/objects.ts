import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, KubernetesObjectApi, type KubernetesListObject, type KubernetesObject } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";
import { answered } from "./answered";

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

/** All objects of a kind, or those of one namespace; `undefined` if the cluster does not know it. */
export async function listKind(api: KubernetesObjectApi, apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[] | undefined> {
  const list = patiently(() => api.list(apiVersion, kind, namespace)).catch((error: unknown) => {
    if (isUnknownKind(error)) return undefined;
    throw error;
  });
  const answer: KubernetesListObject<KubernetesObject> | undefined = await answered(`list ${kind}${namespace === undefined ? "" : ` in namespace ${namespace}`}`, list);
  return answer?.items as KubeObject[] | undefined;
}

const MOST_TRIES = 10;

/** Asks again, a second later, what the cluster is not ready to answer (429): a kind that it has known for moments only, or too many requests. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 429 || tries === MOST_TRIES) throw error;
      await sleep(1000);
    }
  }
}

/** A kind whose CRD is not installed: the client finds no such resource. */
const isUnknownKind = (error: unknown): boolean => /Unrecognized API version and kind|HTTP-Code: 404/.test(String(error));
