import type { SeededFleet } from "../../modules/contract/seed";
import { UserError } from "../../modules/user-error";
import { interruptible } from "../interrupt";
import { withRestic, type Asking } from "./asking-pod";
import { repositories, resticFailed, snapshotsIn, type Restic, type Seed } from "./restic";
import { readDeployed } from "./seed-pods";
import { seedLines, size } from "./text";

export interface Dropping extends Omit<Asking, "stopped"> {
  readonly fleet: SeededFleet;
  /** Dagger version whose seeds go; of what is deployed where it is not given. */
  readonly version?: string | undefined;
  readonly now: Date;
  readonly agree: () => Promise<void>;
}

/** Forgets all seeds of a fleet, also those that are not whole, and takes what only they had out of the bucket. */
export async function dropSeeds({ fleet, version, now, agree, ...asking }: Dropping): Promise<void> {
  const { cluster, say } = asking;
  const deployed = await readDeployed(cluster, fleet);
  const { access } = deployed;
  if (access === undefined) throw new UserError(`the seeds of fleet ${fleet.name} are not deployed: apply the dagger stack`);
  const seeds = version === undefined ? access.seeds : access.seeds.replace(/[^/]+$/, version);
  const writers = [{ ...deployed, access }];
  const lent = <T>(work: (restic: Restic) => Promise<T>) =>
    interruptible((stopped) => withRestic({ ...asking, stopped }, writers, work), "A pod cache-look may still be there; it ends by itself.");
  const found = await lent((restic) => snapshotsIn(restic, repositories(fleet, seeds, now)));
  const what = `seeds of fleet ${fleet.name} for Dagger ${seeds.split("/").at(-1)}`;
  if (found.length === 0) {
    say(`There are no ${what}.`);
    return;
  }
  say(`This drops all ${what}:`);
  for (const line of seedLines(found, now, 4)) say(line);
  say("New nodes begin with an empty cache until a node publishes again. What runs keeps its own.");
  await agree();
  await lent((restic) => forget(restic, found, say));
}

async function forget(restic: Restic, seeds: readonly Seed[], say: (line: string) => void): Promise<void> {
  for (const [repository, ids] of byRepository(seeds)) {
    const where = repository.split("/").slice(-3).join("/");
    // A node that was lost while it published leaves its lock; those of nodes that are at it stay.
    const unlocked = await restic(repository, "unlock");
    if (unlocked.code !== 0) throw resticFailed(`cannot drop the seeds in ${where}`, unlocked);
    const ended = await restic(repository, "forget", "--prune", "--retry-lock", "2m", "--json", ...ids);
    if (ended.code !== 0) throw resticFailed(`cannot drop the seeds in ${where}`, ended);
    say(`${where}: ${ids.length === 1 ? "1 seed is" : `${ids.length} seeds are`} gone, ${size(freed(ended.stdout))} of the bucket`);
  }
}

function byRepository(seeds: readonly Seed[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { repository, id } of seeds) ids.set(repository, [...(ids.get(repository) ?? []), id]);
  return ids;
}

/** Bytes that pruning took away, as its summary says. */
const freed = (json: string): number => Number(/"bytes":\{[^}]*"total_remove":(\d+)/.exec(json)?.[1] ?? 0);
