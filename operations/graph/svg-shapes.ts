import { escapeXml, fit, type Font } from "./svg-text";

export const FONTS = {
  title: { size: 16, bold: true },
  heading: { size: 14, bold: true },
  body: { size: 12.5 },
  code: { size: 11, mono: true },
} as const satisfies Record<string, Font>;
export type FontName = keyof typeof FONTS;

/** What an arrow means; each has its colour and its line in the key. */
export type ArrowKind = "jobs" | "nodes" | "runners" | "socket";
export type Point = readonly [x: number, y: number];

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A frame or a box. */
export const box = (kind: string, { x, y, width, height }: Area, radius = 8): string =>
  `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;

/** One line of text, cut where it is too wide; then the whole is in its tooltip. `y` is its base line. */
export function line(text: string, font: FontName, [x, y]: Point, width: number, end = false): string {
  const shown = fit(text, width, FONTS[font]);
  const tooltip = shown === text ? "" : `<title>${escapeXml(text)}</title>`;
  return `<text class="${font}" x="${round(x)}" y="${round(y)}"${end ? ' text-anchor="end"' : ""}>${tooltip}${escapeXml(shown)}</text>`;
}

const pathOf = (points: readonly Point[]) =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");

/** A line through points, with a head at its end or without. */
export const arrow = (kind: ArrowKind, points: readonly Point[], head = true): string =>
  `<path class="arrow ${kind}" d="${pathOf(points)}"${head ? ` marker-end="url(#${kind})"` : ""}/>`;

/** Lines that belong together, with a margin in the background's colour where they cross what was drawn before. */
export function lines(kind: ArrowKind, strokes: readonly (readonly Point[])[]): string[] {
  const path = strokes.map(pathOf).join("");
  return [`<path class="halo" d="${path}"/>`, `<path class="arrow ${kind}" d="${path}"/>`];
}

export const dot = (kind: ArrowKind, [x, y]: Point): string =>
  `<circle class="dot ${kind}" cx="${round(x)}" cy="${round(y)}" r="3.5"/>`;

const round = (value: number) => Math.round(value * 10) / 10;
