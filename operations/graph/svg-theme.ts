import type { ArrowKind } from "./svg-shapes";

const LIGHT = {
  page: "#ffffff",
  ink: "#1f2328",
  soft: "#57606a",
  edge: "#c4ccd4",
  vpc: "#f6f8fa",
  cluster: "#ffffff",
  card: "#f6f8fa",
  node: "#ffffff",
  box: "#ffffff",
  engine: "#e7f6ee",
  jobs: "#8250df",
  nodes: "#bc4c00",
  runners: "#0969da",
  socket: "#1a7f37",
};

const DARK: typeof LIGHT = {
  page: "#0d1117",
  ink: "#e6edf3",
  soft: "#9ea7b3",
  edge: "#3d444d",
  vpc: "#151b23",
  cluster: "#0d1117",
  card: "#151b23",
  node: "#0d1117",
  box: "#1c232c",
  engine: "#12301f",
  jobs: "#bc8cff",
  nodes: "#f0883e",
  runners: "#58a6ff",
  socket: "#56d364",
};

/** What each kind of arrow means, as the key says. */
export const ARROWS: Record<ArrowKind, string> = {
  jobs: "jobs, which listeners fetch from GitHub",
  nodes: "Karpenter buys a node and drops it when idle",
  runners: "ARC starts a runner pod for each job",
  socket: "a job reaches its node's engine by a Unix socket",
};
const KINDS = Object.keys(ARROWS) as ArrowKind[];

/** The colours of everything drawn, as rules: written out, since many renderers know no CSS variables and paint black. */
const coloured = (colours: typeof LIGHT): string[] => [
  `text{fill:${colours.ink}}.body,.code{fill:${colours.soft}}.page{fill:${colours.page}}`,
  ...(["vpc", "cluster", "card", "box", "engine", "node"] as const).map((name) => `.${name}{fill:${colours[name]};stroke:${colours.edge}}`),
  `.halo{stroke:${colours.cluster}}`,
  ...KINDS.map((kind) => `.${kind}{stroke:${colours[kind]}}.dot.${kind},.head.${kind}{fill:${colours[kind]};stroke:none}`),
];

/** Style of the drawing. Colours follow the reader's light or dark setting; where a renderer knows none, they are light. */
export const style = (): string =>
  [
    "text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}",
    ".title{font-size:16px;font-weight:600}.heading{font-size:14px;font-weight:600}.body{font-size:12.5px}",
    ".code{font-size:11px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}",
    ".node{stroke-dasharray:4 3}",
    ".arrow{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}.halo{fill:none;stroke-width:6}",
    ...coloured(LIGHT),
    `@media (prefers-color-scheme: dark){${coloured(DARK).join("")}}`,
  ].join("\n");

/** Arrow heads, one a colour. */
export const markers = (): string =>
  KINDS.map(
    (kind) =>
      `<marker id="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">` +
      `<path class="head ${kind}" d="M0 0.5L8 4L0 7.5z"/></marker>`,
  ).join("");
