import { App } from "cdktf";
import { loadConfig } from "./modules/config/load";
import { ConfigError } from "./modules/config/problems";
import type { Config } from "./modules/config/schema";
import { AddonsStack } from "./stacks/addons";
import { ClusterStack } from "./stacks/cluster";
import { DaggerStack } from "./stacks/dagger";
import { NetworkStack } from "./stacks/network";

/** All stacks of a configuration, in the order in which they build on each other. */
export function buildApp(config: Config, outdir?: string): App {
  const app = new App(outdir === undefined ? {} : { outdir });
  const network = new NetworkStack(app, config);
  const cluster = new ClusterStack(app, config);
  const addons = new AddonsStack(app, config);
  const dagger = new DaggerStack(app, config);
  cluster.addDependency(network);
  addons.addDependency(cluster);
  for (const upstream of [network, cluster, addons]) dagger.addDependency(upstream);
  return app;
}

if (require.main === module) {
  try {
    buildApp(loadConfig()).synth();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
