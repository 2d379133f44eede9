import { execFileSync } from "node:child_process";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { kubernetesSupportOf } from "../operations/facts/kubernetes-support";
import { today, writeFacts } from "../operations/facts/table";

/** `npm run kubernetes-support`: see `--help`. */
function kubernetesSupport({ region, output }: { readonly region: string; readonly output: string }): void {
  let json: string;
  try {
    json = execFileSync("aws", ["eks", "describe-cluster-versions", "--include-all", "--region", region, "--output", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new UserError(`cannot ask EKS for its Kubernetes versions: ${stderr?.trim() ?? message}`, { cause: error });
  }
  const versions = kubernetesSupportOf(json);
  writeFacts(output, { source: `EKS DescribeClusterVersions in ${region}`, date: today() }, "versions", versions);
  console.log(`wrote ${versions.length} Kubernetes versions to ${output}`);
}

void runCommand(
  command(
    "kubernetes-support",
    "Renews modules/facts/kubernetes.json by the AWS CLI: when EKS ends the support of each Kubernetes version.\n" +
      "Needs eks:DescribeClusterVersions. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask", process.env.AWS_REGION ?? "us-east-1")
    .option("--output <file>", "file to write", "modules/facts/kubernetes.json"),
  kubernetesSupport,
);
