import "../modules/cdktf/lean-cdktf";
import { App } from "cdktf";
import type { Config } from "../modules/config/schema";
import { AddonsStack } from "./addons";
import { ClusterStack } from "./cluster";
import { DaggerStack } from "./dagger";
import { NetworkStack } from "./network";

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
