import { Command } from "commander";
import { loadConfig } from "../modules/config/load";
import { ConfigError } from "../modules/config/problems";
import { findingsText, hasProblem } from "../operations/findings";
import { verify } from "../operations/verify/checks";
import { readSnapshot } from "../operations/verify/snapshot";

/** `npm run verify`: holds the cluster of the current kubeconfig context against the configuration. Reads only. */
const program = new Command("npm run verify --")
  .description("Looks, through the Kubernetes API, whether what was deployed works: controllers, nodes, engines, runners.")
  .option("--json", "print the findings as JSON")
  .addHelpText("after", "\nIt reads the cluster of the current kubeconfig context and changes nothing. Exit code 1 on any fault.")
  .parse();

async function main(): Promise<void> {
  const config = loadConfig();
  const findings = verify(config, await readSnapshot());
  console.log(program.opts().json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  if (hasProblem(findings)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : `verify: ${(error as Error).message}`);
  process.exitCode = 1;
});
