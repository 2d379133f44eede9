import { randomBytes } from "node:crypto";
import type { Config } from "../../modules/config/schema";
import { SEED_ACCOUNT, SEED_REQUESTS } from "../../modules/contract/seed";
import { supportPlacement } from "../../modules/contract/support-contract";
import { UserError } from "../../modules/user-error";
import { asked, type Cluster } from "./cluster";
import type { Container } from "./exec";
import { isRunning, type Access, type Deployed } from "./seed-pods";
import { resticIn, type Restic } from "./restic";
import { waitUntilNothing, type Say } from "./waiting";

/** After this it ends by itself, should this process not live to delete it. */
const AT_MOST_SECONDS = 1800;
const START_SECONDS = 180;
const CONTAINER = "restic";

export interface Asking {
  readonly cluster: Cluster;
  readonly config: Config;
  readonly stopped: AbortSignal;
  readonly say: Say;
}

/**
 * Lends restic to `work`: in a pod that restores or publishes where one of `candidates` has one running, else in a pod of its
 * own on the support nodes, with the rights of the first; that one goes in any case.
 */
export async function withRestic<T>(asking: Asking, candidates: readonly (Deployed & { readonly access: Access })[], work: (restic: Restic) => Promise<T>): Promise<T> {
  const { cluster, stopped } = asking;
  for (const { nodes, access, fleet } of candidates) {
    const pod = nodes.map(({ seed }) => seed).find((seed) => seed !== undefined && isRunning(seed));
    if (pod === undefined) continue;
    const where = { namespace: fleet.namespace, pod: pod.metadata!.name!, container: pod.spec!.containers[0]!.name };
    return await work(resticIn(cluster, where, access, stopped));
  }
  const [{ fleet, access }] = candidates as readonly [Deployed & { readonly access: Access }];
  return await inOwnPod(asking, fleet.namespace, access, (where) => work(resticIn(cluster, where, access, stopped)));
}

async function inOwnPod<T>({ cluster, config, stopped, say }: Asking, namespace: string, access: Access, work: (where: Container) => Promise<T>): Promise<T> {
  const name = `cache-look-${randomBytes(4).toString("hex")}`;
  say(`No pod ${SEED_ACCOUNT} runs: asking from a pod of its own, ${namespace}/${name}.`);
  stopped.throwIfAborted();
  try {
    // Not stopped half-way: what may have been made is deleted.
    const made = await asked(cluster, `make a pod in namespace ${namespace}`, cluster.core.createNamespacedPod({ namespace, body: pod(config, namespace, name, access) }));
    if (made === undefined) throw new UserError(`there is no namespace ${namespace}: apply the dagger stack`);
    await waitUntilNothing(() => notRunning(cluster, namespace, name), { seconds: START_SECONDS, stopped, say });
    return await work({ namespace, pod: name, container: CONTAINER });
  } finally {
    await remove(cluster, namespace, name, say);
  }
}

async function remove(cluster: Cluster, namespace: string, name: string, say: Say): Promise<void> {
  try {
    await asked(cluster, `delete pod ${namespace}/${name}`, cluster.core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }));
  } catch (error) {
    say(`${(error as Error).message}. Delete it by hand: kubectl -n ${namespace} delete pod ${name}`);
  }
}

async function notRunning(cluster: Cluster, namespace: string, name: string): Promise<string | undefined> {
  const now = await asked(cluster, `read pod ${namespace}/${name}`, cluster.core.readNamespacedPod({ namespace, name }));
  if (now === undefined) throw new UserError(`pod ${namespace}/${name} was deleted before it ran`);
  if (isRunning(now)) return undefined;
  if (now.status?.phase === "Failed") throw new UserError(`pod ${namespace}/${name} failed: ${now.status.message ?? now.status.reason ?? "Kubernetes does not say why"}`);
  const waiting = now.status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = now.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  const why = waiting?.message ?? waiting?.reason ?? unscheduled?.message;
  return `pod ${namespace}/${name} does not run yet${why === undefined ? "" : `: ${why}`}`;
}

/** Its labels are not those of the DaemonSet's pods, which would adopt it. */
function pod(config: Config, namespace: string, name: string, { image, environment, imagePullSecrets }: Access): object {
  const { nodeSelector, tolerations } = supportPlacement(config);
  return {
    metadata: { name, namespace, labels: { "app.kubernetes.io/name": "cache-look", "app.kubernetes.io/part-of": "dagger-ci" } },
    spec: {
      serviceAccountName: SEED_ACCOUNT,
      automountServiceAccountToken: false,
      nodeSelector,
      tolerations,
      restartPolicy: "Never",
      activeDeadlineSeconds: AT_MOST_SECONDS,
      terminationGracePeriodSeconds: 0,
      imagePullSecrets,
      containers: [{ name: CONTAINER, image, command: ["sleep", String(AT_MOST_SECONDS)], env: environment, resources: { requests: SEED_REQUESTS } }],
    },
  };
}
