import type { NetworkPicture } from "./network-picture";
import { box, line } from "./svg-shapes";

const HEAD = 30;
const PART = { width: 208, gap: 12, head: 24 };
const ROW = 17;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function rowsOf({ parts }: NetworkPicture, width: number) {
  const perRow = Math.max(1, Math.floor((width + PART.gap) / (PART.width + PART.gap)));
  const rows = Array.from({ length: Math.ceil(parts.length / perRow) }, (_, i) => parts.slice(i * perRow, (i + 1) * perRow));
  const columns = Math.min(perRow, parts.length);
  return {
    partWidth: (width - (columns - 1) * PART.gap) / columns,
    rows: rows.map((row) => ({ parts: row, height: PART.head + Math.max(...row.map(({ lines }) => lines.length)) * ROW + 10 })),
  };
}

export const networkHeight = (network: NetworkPicture, width: number): number =>
  HEAD + rowsOf(network, width).rows.reduce((sum, { height }) => sum + height + PART.gap, -PART.gap);

/** The network's zones with their subnets. */
export function drawNetwork(network: NetworkPicture, { x, y, width }: Place): string[] {
  const { partWidth, rows } = rowsOf(network, width);
  const shapes = [line(`Subnets: ${network.way}`, "body", [x, y + 18], width)];
  let top = y + HEAD;
  for (const { parts, height } of rows) {
    parts.forEach(({ title, lines }, i) => {
      const left = x + i * (partWidth + PART.gap);
      shapes.push(
        box("box", { x: left, y: top, width: partWidth, height }, 6),
        line(title, "heading", [left + 10, top + 19], partWidth - 20),
        ...lines.map((text, j) => line(text, "code", [left + 10, top + PART.head + 13 + j * ROW], partWidth - 20)),
      );
    });
    top += height + PART.gap;
  }
  return shapes;
}
