import { TerraformStack } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import { Construct } from "constructs";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder beside a stack's JSON with the charts that the synth writes. */
export const CHARTS_FOLDER = "charts";

/** The files of a chart, by their paths in it. */
export type ChartFiles = Readonly<Record<string, string>>;

/** `Chart.yaml`, as JSON. */
export const chartYaml = (metadata: { readonly name: string; readonly version: string; readonly dependencies?: readonly object[] }) =>
  `${JSON.stringify({ apiVersion: "v2", ...metadata }, null, 2)}\n`;

/**
 * A chart that the synth writes beside the JSON of its stack.
 *
 * @example
 * const { path } = new LocalChart(stack, "guard", {
 *   "Chart.yaml": chartYaml({ name: "guard", version: "1.0.0" }),
 *   "templates/guard.yaml": "…",
 * });
 */
export class LocalChart extends Construct {
  /** What a release's `chart` is for it. */
  readonly path: string;

  constructor(scope: Construct, name: string, files: ChartFiles) {
    super(scope, `chart-${name}`);
    const folder = `${CHARTS_FOLDER}/${name}`;
    this.path = `./${folder}`;
    addCustomSynthesis(this, {
      onSynthesize: ({ outdir, manifest }) => {
        const target = join(outdir, manifest.forStack(TerraformStack.of(this)).workingDirectory, folder);
        // A dependency that Helm fetched there before: it would look at its name only, not at its version.
        rmSync(target, { recursive: true, force: true });
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(target, path)), { recursive: true });
          writeFileSync(join(target, path), text);
        }
      },
    });
  }
}
