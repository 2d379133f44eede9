import { makesRunners, type ControllerRole, type Picture } from "./picture";
import { drawFeed } from "./svg-feed";
import { cardHeight, cardWidth, drawFleet, type DrawnFleet } from "./svg-fleet";
import { drawNetwork, networkHeight } from "./svg-network";
import { arrow, box, FONTS, line, type ArrowKind, type Point } from "./svg-shapes";
import { drawSupport, SUPPORT_WIDTH, supportHeight, type DrawnSupport } from "./svg-support";
import { escapeXml, textWidth } from "./svg-text";
import { ARROWS, markers, style } from "./svg-theme";

const MARGIN = 16;
/** Inside of the VPC's frame and of the cluster's. */
const FRAME = 22;
const FRAME_HEAD = 40;
const GITHUB = { height: 56, gap: 26 };
/** Left of each column of fleets, for the two lines that feed it. */
const GUTTER = 62;
const ROW_GAP = 22;
/** Above the fleets, for the lines to further columns: one for each kind of feed, and a margin. */
const LANES = 37;

/** A few fleets stand side by side; many make a grid that is about as wide as high. */
const columnsFor = (fleets: number) => (fleets <= 2 ? fleets : fleets <= 4 ? 2 : fleets <= 9 ? 3 : 4);

/** The picture as an SVG file that stands alone, light or dark as its reader prefers. */
export function svg(drawn: Picture): string {
  const columns = columnsFor(drawn.fleets.length);
  const card = cardWidth(drawn.fleets);
  const width = SUPPORT_WIDTH + columns * (GUTTER + card) + 4 * FRAME + 2 * MARGIN;
  const vpc = { x: MARGIN, y: MARGIN + GITHUB.height + GITHUB.gap, width: width - 2 * MARGIN };
  const cluster = { x: vpc.x + FRAME, y: vpc.y + FRAME_HEAD, width: vpc.width - 2 * FRAME };
  const left = cluster.x + FRAME;
  const top = cluster.y + FRAME_HEAD + (columns > 1 ? LANES : 0);

  const support = drawSupport(drawn, [left, top]);
  const { placed, bottom } = placeFleets(drawn, { columns, card, left: left + SUPPORT_WIDTH, top });
  const clusterHeight = Math.max(bottom, top + supportHeight(drawn)) + FRAME - cluster.y;
  const network = { x: cluster.x, y: cluster.y + clusterHeight + 14, width: cluster.width };
  const vpcHeight = network.y + networkHeight(drawn.network, network.width) + FRAME - vpc.y;
  const key = drawKey([MARGIN + 4, vpc.y + vpcHeight + 24], vpc.width);
  const height = key.bottom + MARGIN;

  const name = `${drawn.title}: ${drawn.github.title}, ${drawn.cluster}, fleets ${drawn.fleets.map((fleet) => fleet.name).join(", ")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="name">`,
    `<title id="name">${escapeXml(name)}</title>`,
    `<style>${style()}</style>`,
    `<defs>${markers()}</defs>`,
    box("page", { x: 0, y: 0, width, height }, 10),
    box("card", { x: MARGIN, y: MARGIN, width: vpc.width, height: GITHUB.height }),
    line(drawn.github.title, "title", [MARGIN + 18, MARGIN + 25], vpc.width - 36),
    line(drawn.github.lines.join(", "), "body", [MARGIN + 18, MARGIN + 44], vpc.width - 36),
    box("vpc", { ...vpc, height: vpcHeight }, 10),
    line(`${drawn.title}: ${drawn.network.title}`, "title", [vpc.x + FRAME, vpc.y + 27], cluster.width),
    box("cluster", { ...cluster, height: clusterHeight }, 10),
    line(drawn.cluster, "title", [left, cluster.y + 27], cluster.width - 2 * FRAME),
    ...support.shapes,
    ...placed.flatMap(({ shapes }) => shapes),
    ...drawNetwork(drawn.network, network),
    ...feeds(drawn, support, placed, { columns, card, left: left + SUPPORT_WIDTH, top }),
    ...jobs(drawn, support, vpc.x + FRAME / 2),
    ...key.shapes,
    "</svg>",
    "",
  ].join("\n");
}

/** Where the fleets stand: how many side by side, how wide, and from where on. */
interface Grid {
  readonly columns: number;
  readonly card: number;
  readonly left: number;
  readonly top: number;
}

/** Fleets row by row; in a row all cards are as high as the highest. */
function placeFleets({ fleets }: Picture, { columns, card, left, top }: Grid) {
  const placed: DrawnFleet[] = [];
  let y = top;
  for (let first = 0; first < fleets.length; first += columns) {
    const row = fleets.slice(first, first + columns);
    const height = Math.max(...row.map((fleet) => cardHeight(fleet, card)));
    row.forEach((fleet, column) =>
      placed.push(drawFleet(fleet, { x: left + column * (GUTTER + card) + GUTTER, y, width: card, height })),
    );
    y += height + ROW_GAP;
  }
  return { placed, bottom: y - ROW_GAP };
}

/** What controllers bring to the fleets: Karpenter nodes, each kind of ARC its runners. */
function feeds(drawn: Picture, { sides }: DrawnSupport, placed: readonly DrawnFleet[], { columns, card, left, top }: Grid): string[] {
  const indexes = Array.from({ length: columns }, (_, column) => column);
  const runners = (maker: ControllerRole) => (i: number) =>
    placed[i]!.runnersAt.filter((_, size) => drawn.fleets[i]!.runners[size]!.madeBy === maker);
  const feed = (kind: ArrowKind, role: ControllerRole, offset: number, lane: number, endsOf: (fleet: number) => readonly Point[]) =>
    drawFeed({
      kind,
      from: sides[role] ? [sides[role].right] : [],
      trunks: indexes.map((column) => left + column * (GUTTER + card) + offset),
      lane,
      ends: indexes.map((column) => placed.flatMap((_, i) => (i % columns === column ? endsOf(i) : []))),
    });
  return [
    ...feed("runners", "summerwind", 10, top - 33, runners("summerwind")),
    ...feed("runners", "arc", 25, top - 22, runners("arc")),
    ...feed("nodes", "karpenter", 41, top - 11, (i) => (drawn.fleets[i]!.autoscaled ? [placed[i]!.nodesAt] : [])),
  ];
}

/** From GitHub down beside the cluster, to whatever fetches jobs: listeners, and the summerwind kind where it has runners. */
function jobs({ fleets }: Picture, { sides }: DrawnSupport, x: number): string[] {
  const ends = [sides.listeners, makesRunners(fleets, "summerwind") ? sides.summerwind : undefined].flatMap((side) => (side ? [side.left] : []));
  return ends.map(([endX, endY]) => arrow("jobs", [[x, MARGIN + GITHUB.height], [x, endY], [endX - 1, endY]]));
}

/** What each kind of arrow means. */
function drawKey([x, y]: Point, width: number) {
  let at: Point = [x, y];
  const shapes = (Object.entries(ARROWS) as [ArrowKind, string][]).flatMap(([kind, text]) => {
    const wide = 36 + textWidth(text, FONTS.body) + 1;
    if (at[0] > x && at[0] + wide > x + width) at = [x, at[1] + 22];
    const [left, row] = at;
    at = [left + wide + 20, row];
    return [arrow(kind, [[left, row - 4], [left + 28, row - 4]]), line(text, "body", [left + 36, row], wide - 36)];
  });
  return { shapes, bottom: at[1] };
}
