import { didYouMean } from "../../modules/config/did-you-mean";
import type { Config } from "../../modules/config/schema";
import { isSeeded, seedSource, type SeededFleet } from "../../modules/contract/seed";
import { UserError } from "../../modules/user-error";

/** @throws UserError if no fleet has seeds. */
export function seededFleets({ fleets }: Pick<Config, "fleets">): SeededFleet[] {
  const seeded = fleets.filter(isSeeded);
  if (seeded.length === 0) throw new UserError("no fleet has `seed`: no cache outlives its node. docs/seeds.md tells how to have it.");
  return seeded;
}

/** The fleet whose seeds are published or dropped; `verb` says which. @throws UserError if it is none that writes any. */
export function publishingFleet(config: Pick<Config, "fleets">, name: string, verb: "publish" | "drop"): SeededFleet {
  const seeded = seededFleets(config);
  const names = config.fleets.map((fleet) => fleet.name);
  if (!names.includes(name)) throw new UserError(`there is no fleet ${name}${didYouMean(name, names) || `; there is ${names.join(", ")}`}`);
  const fleet = seeded.find((one) => one.name === name);
  if (fleet === undefined) throw new UserError(`fleet ${name} has no \`seed\`; ${seeded.map((one) => one.name).join(", ")} has`);
  if (fleet.seed.publish) return fleet;
  const source = seedSource(fleet);
  const instead = source === name ? "" : ` It restores the seeds of fleet ${source}: npm run cache -- --${verb} ${source}`;
  throw new UserError(`fleet ${name} does not publish (\`seed.publish\` is false), and its nodes have no right to write seeds.${instead}`);
}

/** Architecture of a fleet's nodes, as `uname -m` says it there. */
export const machineOf = ({ nodes }: SeededFleet): string => (nodes.architecture === "arm64" ? "aarch64" : "x86_64");

/** The months whose seeds new nodes restore, the newer first: this one and the one before. */
export function months(now: Date): string[] {
  const month = (back: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7);
  return [month(0), month(1)];
}
