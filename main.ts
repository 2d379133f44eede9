import "./modules/cdktf/lean-cdktf";
import { loadConfig } from "./modules/config/load";
import { ConfigError } from "./modules/config/problems";
import { report } from "./operations/report";
import { readSynthesized } from "./operations/synthesized";
import { synthesize } from "./stacks/app";

try {
  const config = loadConfig();
  const outdir = synthesize(config);
  console.log(report(config, readSynthesized(outdir), outdir));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
