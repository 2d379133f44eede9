import { CLUSTER } from "./cluster";
import { CONTROLLERS } from "./controllers";
import type { Meaning, Means } from "./meaning";
import { NETWORK } from "./network";
import { NODE_GROUPS } from "./node-groups";
import { NODES } from "./nodes";
import { PODS } from "./pods";
import { RUNNERS } from "./runners";
import { SEED_BUCKET, SEED_ROLES } from "./seeds";

/** All rows of the model, by the stack that they are about. */
export const MEANINGS: Readonly<Record<string, readonly Meaning[]>> = {
  network: NETWORK,
  cluster: [...CLUSTER, ...NODE_GROUPS, ...SEED_BUCKET],
  addons: CONTROLLERS,
  dagger: [...NODES, ...RUNNERS, ...PODS, ...SEED_ROLES],
};

/** What the row of a resource with this title says. @throws Error if there is none. */
export function meaningOf(of: string, title: string): Means {
  const row = Object.values(MEANINGS)
    .flat()
    .find((candidate) => candidate.of === of && candidate.title === title);
  if (row === undefined) throw new Error(`no row of the model is about ${of}: ${title}`);
  return row.means;
}
