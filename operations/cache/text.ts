import { seedSource } from "../../modules/contract/seed";
import type { Look } from "./look";
import { plain } from "../plain";
import type { Seed } from "./restic";
import { byHand } from "./taint";
import { duration } from "../duration";
import { table } from "../table";

/** Each fleet: its nodes with what became of their restore, and its seeds. */
export const lookText = (looks: readonly Look[], now: Date): string => looks.map((look) => fleetText(look, now)).join("\n\n");

function fleetText({ fleet, deployed, nodes, seeds, problem }: Look, now: Date): string {
  const { publish, publishEvery, restoreWithin } = fleet.seed;
  const source = seedSource(fleet);
  const own = source === fleet.name;
  const width = Math.max(0, ...nodes.map(({ name }) => name.length));
  return [
    `fleet ${fleet.name}: ${publish ? `publishes, at most every ${publishEvery}` : "does not publish"}; new nodes restore ${own ? "its own seeds" : `the seeds of fleet ${source}`} within ${restoreWithin}`,
    ...(deployed ? [] : ["    Its seeds are not deployed: apply the dagger stack"]),
    nodes.length === 0 ? "    no node at the moment" : nodes.length === 1 ? "    1 node:" : `    ${nodes.length} nodes:`,
    ...nodes.flatMap(({ name, restored, held }) => [
      `        ${name.padEnd(width)}  ${restored}`,
      ...(held ? [`        ${" ".repeat(width)}  It is kept from its engine to publish. If nobody is at it: ${byHand(name)}`] : []),
    ]),
    ...(problem !== undefined ? [`    ${problem}`] : []),
    ...(seeds === undefined ? [] : seedsText(seeds, now)),
  ].join("\n");
}

function seedsText(all: readonly Seed[], now: Date): string[] {
  const whole = all.filter((seed) => seed.whole);
  if (whole.length === 0) return ["    no seed yet"];
  return [whole.length === 1 ? "    1 seed:" : `    ${whole.length} seeds, the newest first:`, ...seedLines(whole, now, 8)];
}

/** A line for each seed: when, how large, for what, and who wrote it. */
export function seedLines(seeds: readonly Seed[], now: Date, indent: number): string[] {
  const rows = seeds.map(({ time, bytes, dagger, architecture, node, whole }) => [
    `${time.slice(0, 16).replace("T", " ")} UTC`,
    `${duration((now.getTime() - new Date(time).getTime()) / 1000, 1)} old`,
    size(bytes),
    `Dagger ${dagger}`,
    architecture,
    whole ? `from ${plain(node)}` : "not whole: being published, or broken off",
  ]);
  return rows.length === 0 ? [] : table(rows, indent).split("\n");
}

export function size(bytes: number): string {
  const [unit, divisor] = bytes >= 1e9 ? ["GB", 1e9] : ["MB", 1e6];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}
