import { AppsV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";
import { answered } from "../kubernetes/answered";
import { defaultKubeConfig } from "../kubernetes/objects";

/** The cluster of kubeconfig's current context, and who may stop what is asked of it. */
export interface Cluster {
  readonly kubeConfig: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/** @throws UserError if kubeconfig names none. */
export function connect(kubeConfig = defaultKubeConfig()): Cluster {
  return { kubeConfig, core: kubeConfig.makeApiClient(CoreV1Api), apps: kubeConfig.makeApiClient(AppsV1Api) };
}

/** An answer of the API, or `undefined` for what does not exist. @throws UserError that says what could not be done, and why. */
export const asked = <T>({ kubeConfig }: Cluster, what: string, answer: Promise<T>): Promise<T | undefined> =>
  answered(what, answer, kubeConfig.getCurrentCluster()?.server);

/** Whether somebody else changed the object since it was read. */
export const isConflict = (error: unknown): boolean => error instanceof UserError && (error.cause as { code?: unknown } | undefined)?.code === 409;
