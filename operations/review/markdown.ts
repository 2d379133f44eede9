/** Text as code inside a line of Markdown, whatever is in it. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A block of code whose lines cannot end it early. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const body = lines.join("\n");
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** A part that is shown only when opened. */
export const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

/** One of GitHub's alert boxes. */
export const alert = (kind: "CAUTION" | "WARNING" | "IMPORTANT" | "NOTE", lines: readonly string[]): string =>
  [`> [!${kind}]`, ...lines.flatMap((line) => line.split("\n")).map((line) => `> ${line}`)].join("\n");

/** "1 output", "2 outputs". */
export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
