import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { awsAccount } from "../operations/doctor/aws-account";
import { awsChecks } from "../operations/doctor/aws-checks";
import { deliveryChecks, githubToken } from "../operations/doctor/delivery-checks";
import { secretChecks } from "../operations/doctor/github-checks";
import { toolChecks } from "../operations/doctor/tool-checks";
import { findingsText, hasProblem } from "../operations/findings";

/** `npm run doctor`: looks, before a deploy, at all that it will need. Reads only. */
async function doctor({ json }: { readonly json: boolean }): Promise<number> {
  const config = loadConfig();
  const account = awsAccount(config);
  const findings = [
    ...toolChecks(),
    ...(await awsChecks(config, account)),
    ...(await secretChecks(config, account)),
    ...(await deliveryChecks(config, githubToken())),
  ];
  console.log(json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return hasProblem(findings) ? 1 : 0;
}

void runCommand(
  command("doctor", "Looks, before a deploy, at tools, AWS account, quotas, secrets and GitHub. Every line is ok, or says what to do.")
    .option("--json", "print the findings as JSON", false)
    .addHelpText("after", "\nIt needs read rights only and changes nothing. What it has no right to read is shown as not checked. Exit code 1 if anything is to mend." +
        "\nEnvironment: GH_TOKEN, to look at the environment of delivery."),
  doctor,
);
