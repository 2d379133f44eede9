import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Gives figures to `npm run prove -- NAME --keep`, which keeps them in the proof's `figures.json`; to nobody where that does not run it. */
export function giveFigures(figures: object): void {
  const file = process.env.FIGURES_FILE;
  if (file) writeFileSync(file, JSON.stringify(figures));
}

/** What a proof's `figures.json` has, for one that runs by parts and gives those of earlier runs again. */
export function keptFigures<T extends object>(proof: string): Partial<T> {
  const file = `proofs/${proof}/figures.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<T>) : {};
}
