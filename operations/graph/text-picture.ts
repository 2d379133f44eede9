import { box, FONTS } from "./svg-shapes";
import { escapeXml, textWidth } from "./svg-text";

/** How a line of text is shown. */
export type LineStyle = "plain" | "strong" | "danger" | "added" | "removed";
export interface Line {
  readonly text: string;
  readonly style: LineStyle;
}

const PAD = 18;
const ROW = 17;
const LIGHT: Record<LineStyle | "page", string> = { page: "#f6f8fa", plain: "#1f2328", strong: "#1f2328", danger: "#cf222e", added: "#1a7f37", removed: "#cf222e" };
const DARK: typeof LIGHT = { page: "#151b23", plain: "#e6edf3", strong: "#e6edf3", danger: "#ff7b72", added: "#56d364", removed: "#ff7b72" };

const colours = (of: typeof LIGHT) =>
  Object.entries(of)
    .map(([name, colour]) => `.${name}{fill:${colour}}`)
    .join("");

/** Text of a terminal as an SVG picture that stands alone, light or dark as its reader prefers. */
export function textPicture(title: string, lines: readonly Line[]): string {
  const width = Math.ceil(Math.max(...lines.map(({ text }) => textWidth(text, FONTS.code)))) + 2 * PAD;
  const height = lines.length * ROW + 2 * PAD - 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="name">`,
    `<title id="name">${escapeXml(title)}</title>`,
    "<style>",
    `text{font-size:${FONTS.code.size}px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}`,
    `.strong,.danger{font-weight:600}${colours(LIGHT)}`,
    `@media (prefers-color-scheme: dark){${colours(DARK)}}`,
    "</style>",
    box("page", { x: 0, y: 0, width, height }),
    ...lines.flatMap(({ text, style }, i) =>
      text === "" ? [] : [`<text class="${style}" x="${PAD}" y="${PAD + 9 + i * ROW}" xml:space="preserve">${escapeXml(text)}</text>`],
    ),
    "</svg>",
    "",
  ].join("\n");
}

/** Lines of a report: what is not indented stands out. */
export const reportLines = (text: string): Line[] =>
  text.split("\n").map((line) => ({ text: line, style: /^\S/.test(line) ? "strong" : "plain" }));

/** Columns of a terminal at which long sentences of a review go on in the next line. */
const COLUMNS = 118;

/** A sentence as lines of at most that many columns, the further ones indented. */
function folded(text: string, style: LineStyle): Line[] {
  const lines = [""];
  for (const word of text.split(/(?<=\S) /)) {
    const last = lines.at(-1)!;
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines.map((line) => ({ text: line, style }));
}

/** Lines of a review in Markdown, as a reader of GitHub sees them: headings, alerts and differences in their colours. */
export function reviewLines(markdown: string): Line[] {
  let diff = false;
  return markdown.split("\n").flatMap((line): Line[] => {
    if (line.startsWith("<!--")) return [];
    if (line.startsWith("```")) {
      diff = line !== "```";
      return [];
    }
    const text = line.replace(/^#+ /, "").replaceAll("`", "").replaceAll("**", "");
    if (diff) return [{ text: `    ${line}`, style: line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "plain" }];
    if (line.startsWith("#")) return [{ text, style: "strong" }];
    if (line.startsWith("> [!")) return [{ text: line.replace(/^> \[!(\w+)\]/, "$1"), style: "danger" }];
    return folded(text.replace(/^> /, "  "), "plain");
  });
}
