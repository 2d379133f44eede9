import { styleText } from "node:util";

/** Whether a text goes to a person's terminal, and may have colours there (https://no-color.org). */
export interface Reader {
  readonly isTerminal: boolean;
  readonly colours: boolean;
}

export const readerOf = (stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Reader => ({
  isTerminal: stream.isTTY ?? false,
  colours: (stream.isTTY ?? false) && !environment.NO_COLOR && environment.TERM !== "dumb",
});

type Style = Parameters<typeof styleText>[0];
const BOXES: Readonly<Record<string, Style>> = { CAUTION: "red", WARNING: "yellow", IMPORTANT: "magenta", NOTE: "blue" };

/**
 * A review as it is for people: in a terminal without what only GitHub reads, its warnings and differences in colours;
 * elsewhere the Markdown that it is.
 */
export function forReader(markdown: string, { isTerminal, colours }: Reader): string {
  if (!isTerminal) return markdown;
  // Colours are decided above, not by what Node knows of the stream.
  const paint = (style: Style, text: string) => (colours ? styleText(style, text, { validateStream: false }) : text);
  const plain = (text: string) => text.replace(/\*\*(.+?)\*\*/g, (_all, bold: string) => paint("bold", bold)).replace(/(`+) ?(.+?) ?\1/g, "$2");
  const lines: string[] = [];
  let fence: string | undefined;
  let box: Style = "red";
  for (const line of markdown.split("\n")) {
    const [, marks] = /^(`{3,})/.exec(line) ?? [];
    if (marks !== undefined && (fence === undefined || line === fence)) fence = fence === undefined ? marks : undefined;
    else if (fence !== undefined) lines.push(paintDiff(line, paint));
    else if (/^<!-- .* -->$/.test(line)) continue;
    else if (line.startsWith("> [!")) {
      const kind = line.slice(4, -1);
      box = BOXES[kind] ?? "red";
      lines.push(paint([box, "bold"].flat() as Style, kind));
    } else if (line.startsWith("> ")) lines.push(`${paint(box, "|")} ${plain(line.slice(2))}`);
    else if (line.startsWith("#")) lines.push(paint("bold", plain(line.replace(/^#+ /, ""))));
    else lines.push(plain(line));
  }
  return lines.join("\n").replace(/\n{3,}/g, "\n\n");
}

function paintDiff(line: string, paint: (style: Style, text: string) => string): string {
  if (line.startsWith("# ")) return `  ${paint("cyan", line.slice(2))}`;
  if (line.startsWith("+")) return `  ${paint("green", line)}`;
  if (line.startsWith("-")) return `  ${paint("red", line)}`;
  return `  ${line}`;
}
