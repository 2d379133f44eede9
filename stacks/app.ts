import { App } from "cdktf";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- only this gives the module itself, to be changed
import stackTraces = require("cdktf/lib/tokens/private/stack-trace");
import type { Config } from "../modules/config/schema";
import { AddonsStack } from "./addons";
import { ClusterStack } from "./cluster";
import { DaggerStack } from "./dagger";
import { NetworkStack } from "./network";

// cdktf takes the full stack trace of the making of each of thousands of tokens, a fifth of the time of a synth of
// many fleets, and shows it to nobody.
stackTraces.captureStackTrace = () => [];

/**
 * Makes all stacks of a configuration, in the order in which they build on each other, and writes them to `outdir`
 * (default: `cdktf.out`, or `CDKTF_OUTDIR`).
 * @returns the folder that was written.
 */
export function synthesize(config: Config, outdir?: string): string {
  const app = new App(outdir === undefined ? {} : { outdir });
  const network = new NetworkStack(app, config);
  const cluster = new ClusterStack(app, config);
  const addons = new AddonsStack(app, config);
  const dagger = new DaggerStack(app, config);
  cluster.addDependency(network);
  addons.addDependency(cluster);
  for (const upstream of [network, cluster, addons]) dagger.addDependency(upstream);
  app.synth();
  return app.outdir;
}
