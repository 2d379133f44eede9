/** One query of a panel. */
export interface Query {
  readonly expr: string;
  /** What a series is called: text with labels such as `{{pod}}`. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What it shows and how to read it, for who does not know. */
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: "s" | "short" | "bytes" | "percentunit" | "currencyUSD" | "h";
  /** One value each instead of lines over time. */
  readonly kind?: "timeseries" | "stat" | "table";
  /** Of 24; a row holds what fits. Default 8. */
  readonly width?: number;
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const DATASOURCE = { type: "prometheus", uid: "${datasource}" };
const WIDTH = 24;
const HEIGHT = 8;

/** A dashboard as Grafana reads it from a file. Its one variable is the Prometheus that it asks. */
export function grafanaDashboard({ uid, title, rows }: { readonly uid: string; readonly title: string; readonly rows: readonly Row[] }): object {
  let y = 0;
  let id = 0;
  const panels = rows.flatMap((row) => {
    const head = { id: ++id, type: "row", title: row.title, collapsed: false, gridPos: { x: 0, y: y++, w: WIDTH, h: 1 }, panels: [] };
    let x = 0;
    const placed = row.panels.map((panel) => {
      const w = panel.width ?? 8;
      if (x + w > WIDTH) [x, y] = [0, y + HEIGHT];
      const at = { x, y, w, h: HEIGHT };
      x += w;
      return { id: ++id, gridPos: at, ...panelModel(panel) };
    });
    y += HEIGHT;
    return [head, ...placed];
  });
  return {
    uid,
    title,
    tags: ["dagger", "ci"],
    editable: true,
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    refresh: "1m",
    templating: { list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }] },
    annotations: { list: [] },
    panels,
  };
}

const panelModel = ({ title, description, unit, kind = "timeseries", queries }: Panel) => ({
  type: kind,
  title,
  description,
  datasource: DATASOURCE,
  fieldConfig: { defaults: { unit, ...(kind === "timeseries" ? { min: 0, custom: { fillOpacity: 10, showPoints: "never" } } : {}) }, overrides: [] },
  options: kind === "timeseries" ? { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } } : {},
  targets: queries.map(({ expr, legend }, i) => ({
    refId: String.fromCharCode(65 + i),
    datasource: DATASOURCE,
    expr,
    legendFormat: legend,
    ...(kind === "timeseries" ? { range: true } : { instant: true, ...(kind === "table" ? { format: "table" } : {}) }),
  })),
});
