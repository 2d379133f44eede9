import type { FleetPicture } from "./picture";
import { arrow, box, dot, FONTS, line, type Area, type Point } from "./svg-shapes";
import { textWidth, wrap } from "./svg-text";

const PAD = 14;
const ROW = 17;
const RUNNER = { height: 46, gap: 8 };
/** Beside the runners, for the line to the socket. */
const SOCKET_LANE = 26;
const NODE_HEAD = 26;
const SOCKET_HEIGHT = 30;
const ENGINE_HEIGHT = 50;

/** What a runner's name has left and right of it in a card. */
const BESIDE_NAME = 4 * PAD + SOCKET_LANE + 20;

/** Width of all cards: as the longest `runs-on` needs, within bounds that hold the longest name of a scale set. */
export function cardWidth(fleets: readonly FleetPicture[]): number {
  const names = fleets.flatMap(({ runners }) => runners.map(({ runsOn }) => textWidth(runsOn, FONTS.code)));
  return Math.min(402, Math.max(344, Math.ceil(Math.max(...names) + BESIDE_NAME)));
}

const nodeLines = (fleet: FleetPicture, width: number) => fleet.nodes.flatMap((text) => wrap(text, width - 2 * PAD, FONTS.body));
const runnersHeight = ({ runners }: FleetPicture) => runners.length * (RUNNER.height + RUNNER.gap) - RUNNER.gap;
const nodeHeight = (fleet: FleetPicture) => NODE_HEAD + runnersHeight(fleet) + SOCKET_HEIGHT + ENGINE_HEIGHT + PAD;
const headHeight = (fleet: FleetPicture, width: number) => 34 + nodeLines(fleet, width).length * ROW + 8;

export const cardHeight = (fleet: FleetPicture, width: number): number => headHeight(fleet, width) + nodeHeight(fleet) + PAD;

export interface DrawnFleet {
  readonly shapes: readonly string[];
  /** Where an arrow that brings nodes ends. */
  readonly nodesAt: Point;
  /** Where the arrows that bring runners end, one a size. */
  readonly runnersAt: readonly Point[];
}

/** One fleet: its nodes in words, and one node with runners of each size, the socket and the engine. */
export function drawFleet(fleet: FleetPicture, card: Area): DrawnFleet {
  const { x, y } = card;
  const inner = card.width - 2 * PAD;
  const node = { x: x + PAD, y: y + headHeight(fleet, card.width), width: inner, height: nodeHeight(fleet) };
  const left = node.x + PAD;
  const width = node.width - 2 * PAD - SOCKET_LANE;
  const lane = node.x + node.width - PAD - SOCKET_LANE / 2 + 4;
  const tops = fleet.runners.map((_, i) => node.y + NODE_HEAD + i * (RUNNER.height + RUNNER.gap));
  const engine = { x: left, y: node.y + NODE_HEAD + runnersHeight(fleet) + SOCKET_HEIGHT, width: node.width - 2 * PAD, height: ENGINE_HEIGHT };
  const firstTop = tops[0]!;
  return {
    shapes: [
      box("card", card),
      line(`Fleet ${fleet.name}`, "heading", [x + PAD, y + 24], inner - 110),
      line(`Dagger ${fleet.dagger}`, "body", [x + card.width - PAD, y + 24], 110, true),
      ...nodeLines(fleet, card.width).map((text, i) => line(text, "body", [x + PAD, y + 44 + i * ROW], inner)),
      box("node", node),
      line("On each node: runners as they fit, one engine", "body", [left, node.y + 18], node.width - 2 * PAD),
      ...fleet.runners.flatMap((runner, i) => [
        box("box", { x: left, y: tops[i]!, width, height: RUNNER.height }, 6),
        line(runner.size, "heading", [left + 10, tops[i]! + 19], width - 28 - textWidth(`${runner.count} runners`, FONTS.body)),
        line(`${runner.count} runners`, "body", [left + width - 10, tops[i]! + 19], 110, true),
        line(runner.runsOn, "code", [left + 10, tops[i]! + 37], width - 20),
        arrow("socket", [[left + width, tops[i]! + RUNNER.height / 2], [lane, tops[i]! + RUNNER.height / 2]], false),
      ]),
      box("engine", engine, 6),
      arrow("socket", [[lane, firstTop + RUNNER.height / 2], [lane, engine.y]]),
      dot("socket", [lane, engine.y - SOCKET_HEIGHT / 2 - 2]),
      line(fleet.socket, "code", [lane - 10, engine.y - SOCKET_HEIGHT / 2 + 2], lane - 10 - left, true),
      line(fleet.engine.title, "heading", [engine.x + 10, engine.y + 20], engine.width - 20),
      ...fleet.engine.lines.map((text, i) => line(text, "body", [engine.x + 10, engine.y + 38 + i * ROW], engine.width - 20)),
    ],
    nodesAt: [x, y + 44],
    runnersAt: tops.map((top): Point => [left, top + RUNNER.height / 2]),
  };
}
