import { App } from "cdktf";
import { AddonsStack } from "./addons";
import { ClusterStack } from "./cluster";
import { DaggerStack } from "./dagger";
import { NetworkStack } from "./network";
import type { Config } from "../modules/config/schema";

/**
 * Makes all stacks of a configuration, in the order in which they build on each other, and writes them to `outdir`
 * (default: `cdktf.out`, or `CDKTF_OUTDIR`).
 * @returns the folder that was written.
 */
export function synthesize(config: Config, outdir?: string): string {
  return withoutTokenTraces(() => {
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
  });
}

/**
 * cdktf remembers for each of thousands of tokens the full stack trace of its making, a fifth of the time of a synth
 * of many fleets, and shows it to nobody. A trace that is not formatted costs little. An error thrown inside keeps
 * its own: V8 formats it when it is read, which is after this.
 */
function withoutTokenTraces<T>(make: () => T): T {
  const errors = Error as { prepareStackTrace?: unknown };
  const original = errors.prepareStackTrace;
  errors.prepareStackTrace = () => "";
  try {
    return make();
  } finally {
    errors.prepareStackTrace = original;
  }
}
