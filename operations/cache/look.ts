import type { Config } from "../../modules/config/schema";
import { seedSource, type SeededFleet } from "../../modules/contract/seed";
import { UserError } from "../../modules/user-error";
import { withRestic, type Asking } from "./asking-pod";
import { seededFleets } from "./fleets";
import { repositories, snapshotsIn, type Seed } from "./restic";
import { isHeld, readDeployed, restored, type Access, type Deployed } from "./seed-pods";
import { plain } from "../plain";

/** What is known of a fleet's seeds. */
export interface Look {
  readonly fleet: SeededFleet;
  readonly deployed: boolean;
  readonly nodes: readonly { readonly name: string; readonly restored: string; readonly held: boolean }[];
  /** Those that its nodes publish; `undefined` for a fleet that restores another's, or where they could not be read. */
  readonly seeds: readonly Seed[] | undefined;
  /** Why they could not be read. */
  readonly problem?: string;
}

/** Looks at all fleets with seeds. What cannot be read of one is told, and the rest is shown. */
export async function lookAtSeeds(asking: Asking & { readonly config: Config }, now: Date): Promise<Look[]> {
  const deployed = await Promise.all(seededFleets(asking.config).map((fleet) => readDeployed(asking.cluster, fleet)));
  const looks: Look[] = [];
  for (const one of deployed) {
    const nodes = one.nodes.map((node) => ({ name: node.name, restored: plain(restored(node, now)), held: isHeld(node.node) }));
    looks.push({ fleet: one.fleet, deployed: one.access !== undefined, nodes, ...(await seedsOf(asking, one, deployed, now)) });
  }
  return looks;
}

async function seedsOf(asking: Asking, { fleet, access }: Deployed, all: readonly Deployed[], now: Date): Promise<Pick<Look, "seeds" | "problem">> {
  if (access === undefined || seedSource(fleet) !== fleet.name) return { seeds: undefined };
  try {
    const candidates = all.filter((one): one is Deployed & { readonly access: Access } => one.access?.seeds === access.seeds);
    const own = candidates.filter((one) => one.fleet === fleet);
    const others = candidates.filter((one) => one.fleet !== fleet);
    return { seeds: await withRestic(asking, [...own, ...others], (restic) => snapshotsIn(restic, repositories(fleet, access.seeds, now))) };
  } catch (error) {
    if (!(error instanceof UserError) || asking.stopped.aborted) throw error;
    return { seeds: undefined, problem: error.message };
  }
}
