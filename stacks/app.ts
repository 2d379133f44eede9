import "../modules/cdktf/lean-cdktf";
import { App, type TerraformStack } from "cdktf";
import type { Config } from "../modules/config/schema";
import type { StackId } from "../modules/contract/outputs";
import { AddonsStack } from "./addons";
import { ClusterStack } from "./cluster";
import { DaggerStack } from "./dagger";
import { NetworkStack } from "./network";

/** Makes one stack of a configuration in an app: as it is beside the others, but it depends on none. */
export const makeStack: Record<StackId, (app: App, config: Config) => TerraformStack> = {
  network: (app, config) => new NetworkStack(app, config),
  cluster: (app, config) => new ClusterStack(app, config),
  addons: (app, config) => new AddonsStack(app, config),
  dagger: (app, config) => new DaggerStack(app, config),
};

/** Makes all stacks of a configuration in an app, in the order in which they build on each other. Writes nothing. */
export function makeStacks(app: App, config: Config): Record<StackId, TerraformStack> {
  const network = makeStack.network(app, config);
  const cluster = makeStack.cluster(app, config);
  const addons = makeStack.addons(app, config);
  const dagger = makeStack.dagger(app, config);
  cluster.addDependency(network);
  addons.addDependency(cluster);
  for (const upstream of [network, cluster, addons]) dagger.addDependency(upstream);
  return { network, cluster, addons, dagger };
}

/**
 * Makes all stacks of a configuration and writes them to `outdir` (default: `cdktf.out`, or `CDKTF_OUTDIR`).
 * @returns the folder that was written.
 */
export function synthesize(config: Config, outdir?: string): string {
  const app = new App(outdir === undefined ? {} : { outdir });
  makeStacks(app, config);
  app.synth();
  return app.outdir;
}
