import { arrow, lines, type ArrowKind, type Point } from "./svg-shapes";

/** What a controller brings to the fleets. */
export interface Feed {
  readonly kind: ArrowKind;
  /** The sides of the controllers. */
  readonly from: readonly Point[];
  /** Where the line beside each column of fleets runs. */
  readonly trunks: readonly number[];
  /** Height of the line above the fleets, which leads to further columns. */
  readonly lane: number;
  /** Ends of the arrows, column by column. */
  readonly ends: readonly (readonly Point[])[];
}

/** Lines from the controllers to the first column, above the fleets to the others, down each, and arrows to the fleets. */
export function drawFeed({ kind, from, trunks, lane, ends }: Feed): string[] {
  if (from.length === 0 || ends.every((column) => column.length === 0)) return [];
  const first = trunks[0]!;
  const further = ends.flatMap((column, i) => (i > 0 && column.length > 0 ? [{ x: trunks[i]!, ys: heights(column) }] : []));
  const last = further.at(-1);
  const reach = [...heights(from), ...heights(ends[0]!), ...(last ? [lane] : [])];
  const strokes: Point[][] = [
    ...from.map(([x, y]): Point[] => [
      [x, y],
      [first, y],
    ]),
    [
      [first, Math.min(...reach)],
      [first, Math.max(...reach)],
    ],
    ...(last ? [[[first, lane] as const, [last.x, lane] as const]] : []),
    ...further.map(({ x, ys }): Point[] => [
      [x, lane],
      [x, Math.max(...ys)],
    ]),
  ];
  const heads = ends.flatMap((column, i) => column.map(([x, y]) => arrow(kind, [[trunks[i]!, y], [x - 1, y]])));
  return [...lines(kind, strokes), ...heads];
}

const heights = (points: readonly Point[]) => points.map(([, y]) => y);
