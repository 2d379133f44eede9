/** Widths of a sans-serif face in thousandths of its size, on the wide side: the reader's own font is not known. */
const NARROW = new Set("ijl.,:;'|!()[]ft /I-r");
const WIDE = new Set("mwMW@%—");
const unitsOf = (sign: string) => {
  if (NARROW.has(sign)) return 0.36;
  if (WIDE.has(sign)) return 0.9;
  return /[A-Z]/.test(sign) ? 0.7 : 0.58;
};

export interface Font {
  readonly size: number;
  readonly bold?: boolean;
  readonly mono?: boolean;
}

/** Estimated width of a text in pixels. */
export const textWidth = (text: string, { size, bold = false, mono = false }: Font): number =>
  Array.from(text).reduce((sum, sign) => sum + (mono ? 0.605 : unitsOf(sign) * (bold ? 1.14 : 1)), 0) * size;

/** A text cut with an ellipsis where it would be wider than allowed. */
export function fit(text: string, width: number, font: Font): string {
  if (textWidth(text, font) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, font) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** A text broken at its spaces into lines of at most that width. */
export function wrap(text: string, width: number, font: Font): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, font) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => fit(line, width, font));
}

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
