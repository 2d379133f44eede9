import { Command } from "commander";
import { loadConfig } from "../modules/config/load";
import { ConfigError } from "../modules/config/problems";
import { awsAccount } from "../operations/doctor/aws-account";
import { awsChecks } from "../operations/doctor/aws-checks";
import { secretChecks } from "../operations/doctor/github-checks";
import { toolChecks } from "../operations/doctor/tool-checks";
import { findingsText, hasProblem } from "../operations/findings";

/** `npm run doctor`: looks, before a deploy, at all that it will need. Reads only. */
const program = new Command("npm run doctor --")
  .description("Looks, before a deploy, at tools, AWS account, quotas, secrets and GitHub. Every line is ok, or says what to do.")
  .option("--json", "print the findings as JSON")
  .addHelpText("after", "\nIt needs read rights only and changes nothing. What it has no right to read is shown as not checked. Exit code 1 if anything is to mend.")
  .parse();

async function main(): Promise<void> {
  const config = loadConfig();
  const account = awsAccount(config.region, config.profile);
  const findings = [
    ...toolChecks(),
    ...(await awsChecks(config, account)),
    ...(await secretChecks(config, account)),
  ];
  console.log(program.opts().json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  if (hasProblem(findings)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : `doctor: ${(error as Error).message}`);
  process.exitCode = 1;
});
