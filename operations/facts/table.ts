import { readFileSync, writeFileSync } from "node:fs";

/** Today, as facts are dated. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** What a file of facts says of itself, and its rows. */
export const readFacts = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/** Writes facts with one row a line, so that a change reads well in a pull request. `rows` is the name of the list, the last. */
export function writeFacts(file: string, head: Readonly<Record<string, unknown>>, rows: string, list: readonly object[]): void {
  const lines = list.map((row) => `    ${JSON.stringify(row)}`);
  const text = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join("");
  writeFileSync(file, `{\n${text}  ${JSON.stringify(rows)}: [\n${lines.join(",\n")}\n  ]\n}\n`);
}

/** By code unit and not by locale, so that the order is the same on every machine. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : Number(a.name > b.name));
