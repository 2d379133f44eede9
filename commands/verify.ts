import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { findingsText, hasProblem } from "../operations/findings";
import { verify } from "../operations/verify/checks";

/** `npm run verify`: holds the cluster of the current kubeconfig context against the configuration. Reads only. */
async function look({ json }: { readonly json: boolean }): Promise<number> {
  const config = loadConfig();
  // The client of Kubernetes takes half a second to load: not for --help, nor for a bad configuration.
  const { readSnapshot } = await import("../operations/verify/snapshot");
  const findings = verify(config, await readSnapshot());
  console.log(json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return hasProblem(findings) ? 1 : 0;
}

void runCommand(
  command("verify", "Looks, through the Kubernetes API, whether what was deployed works: controllers, nodes, engines, runners.")
    .option("--json", "print the findings as JSON", false)
    .addHelpText("after", "\nIt reads the cluster of the current kubeconfig context and changes nothing. Exit code 1 on any fault."),
  look,
);
