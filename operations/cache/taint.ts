import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { SEED_TAINTS } from "../../modules/contract/seed";
import { UserError } from "../../modules/user-error";
import { asked, isConflict, type Cluster } from "./cluster";
import { PUBLISHING } from "./seed-pods";
import type { Say } from "./waiting";

const TAINT = { ...SEED_TAINTS.restoring, value: PUBLISHING } as const;
/** How often a change is tried that somebody else's came before, or that found no answer. */
const TRIES = 10;
const PAUSE_MS = 500;

/** What takes the taint away by hand. */
export const byHand = (node: string): string => `kubectl taint nodes ${node} ${TAINT.key}=${TAINT.value}:${TAINT.effect}-`;

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const isOurs = ({ key, value }: Taint): boolean => key === TAINT.key && value === TAINT.value;

/**
 * Keeps engine and new runners off a node while `work` is done: neither tolerates the taint, which is that of nodes that
 * still restore. It goes in any case; where it cannot, that is said.
 */
export async function keptFree<T>(cluster: Cluster, node: string, say: Say, work: () => Promise<T>): Promise<T> {
  let done: { readonly value: T } | undefined;
  try {
    await change(cluster, node, (taints) => [...taints.filter((taint) => !isOurs(taint)), TAINT]);
    done = { value: await work() };
  } finally {
    await takeAway(cluster, node, say, done !== undefined);
  }
  return done.value;
}

async function takeAway(cluster: Cluster, node: string, say: Say, wellDone: boolean): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await change(cluster, node, (taints) => taints.filter((taint) => !isOurs(taint)));
      return;
    } catch (error) {
      if (tried < TRIES) {
        await sleep(PAUSE_MS);
        continue;
      }
      const left = `${(error as Error).message}. No engine comes to ${node} until this is done: ${byHand(node)}`;
      if (wellDone) throw new UserError(left, { cause: error });
      say(left);
      return;
    }
  }
}

/** Changes a node's taints, but only as they were read: Karpenter and others change them, too. A node that is gone has none. */
async function change(cluster: Cluster, name: string, to: (taints: readonly Taint[]) => Taint[]): Promise<void> {
  const { core } = cluster;
  for (let tried = 1; ; tried++) {
    const node = await asked(cluster, `read node ${name}`, core.readNode({ name }));
    const taints: readonly Taint[] = node?.spec?.taints ?? [];
    const wanted = to(taints);
    if (node === undefined || JSON.stringify(wanted) === JSON.stringify(taints)) return;
    const body = { metadata: { resourceVersion: node.metadata!.resourceVersion }, spec: { taints: wanted } };
    try {
      await asked(cluster, `change the taints of node ${name}`, core.patchNode({ name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch)));
      return;
    } catch (error) {
      if (!isConflict(error) || tried >= TRIES) throw error;
    }
  }
}
