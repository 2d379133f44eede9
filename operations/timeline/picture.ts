import { box, FONTS, line } from "../graph/svg-shapes";
import { escapeXml, textWidth } from "../graph/svg-text";
import { DARK, LIGHT } from "./colours";
import { momentOf, OWNERS, type Owner } from "./moments";
import { slowest, totals, type Timeline } from "./timelines";
import { nameOf, span } from "./words";

const PAD = 18;
const NAME = 150;
const BAR = 560;
const ROW = 40;
const WIDTH = PAD + NAME + BAR + 70 + PAD;
const HEAD = 52;

/** Jobs as an SVG picture that stands alone, light or dark as its reader prefers. */
export function timelinesPicture(all: readonly Timeline[]): string {
  const longest = totals(all)?.most ?? 1;
  const height = HEAD + all.length * ROW + PAD;
  const theme = (colours: typeof LIGHT, page: string, text: string, faint: string) =>
    `.page{fill:${page}}text{fill:${text}}.faint{fill:${faint}}${OWNERS.map((owner) => `.of-${owner.toLowerCase()}{fill:${colours[owner]}}`).join("")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="name">`,
    `<title id="name">npm run timeline: ${escapeXml(all.map((one) => `${nameOf(one.job)} took ${span(one.path.seconds)}`).join("; "))}</title>`,
    "<style>",
    `text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:${FONTS.body.size}px}.faint{font-size:11px}${theme(LIGHT, "#f6f8fa", "#1f2328", "#59636e")}`,
    `@media (prefers-color-scheme: dark){${theme(DARK, "#151b23", "#e6edf3", "#9aa4ae")}}`,
    "</style>",
    box("page", { x: 0, y: 0, width: WIDTH, height }),
    ...legend(),
    ...all.flatMap((one, i) => row(one, HEAD + i * ROW, BAR / longest)),
    "</svg>",
    "",
  ].join("\n");
}

function legend(): string[] {
  let x = PAD;
  return OWNERS.flatMap((owner) => {
    const at = x;
    x += 17 + textWidth(owner, FONTS.body) + 18;
    return [swatch(owner, at, 18, 11, 11), line(owner, "body", [at + 17, 28], 100)];
  });
}

function row({ job, path }: Timeline, y: number, scale: number): string[] {
  let x = PAD + NAME;
  const parts = path.segments
    .filter(({ seconds }) => seconds > 0)
    .map((segment) => {
      const { owner, title } = momentOf(segment.until);
      const at = x;
      x += segment.seconds * scale;
      return swatch(owner, at, y, Math.max(1, segment.seconds * scale - 1), 20, `${title}: ${span(segment.seconds)}`);
    });
  const most = slowest(path);
  return [
    line(job.job ?? job.runner, "body", [PAD, y + 10], NAME - 12),
    `<text class="faint" x="${PAD}" y="${y + 24}">${most === undefined ? "" : `${momentOf(most.until).title} ${span(most.seconds)}`}</text>`,
    ...parts,
    line(span(path.seconds), "body", [Math.round(x) + 10, y + 15], 70),
  ];
}

/** A part in the colour of whose time it is. */
function swatch(owner: Owner, x: number, y: number, width: number, height: number, title?: string): string {
  const shape = box(`of-${owner.toLowerCase()}`, { x, y, width, height }, 2);
  return title === undefined ? shape : shape.replace("/>", `><title>${escapeXml(title)}</title></rect>`);
}
