import { UserError } from "../modules/user-error";
import { command, errorText, runCommand } from "../operations/command";
import { karpenterMatrix } from "../operations/facts/karpenter-matrix";
import { today, writeFacts } from "../operations/facts/table";

const PAGE = "https://raw.githubusercontent.com/aws/karpenter-provider-aws/main/website/content/en/docs/upgrading/compatibility.md";

async function fetchText(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new UserError(`cannot reach ${url}: ${errorText((error as Error).cause ?? error)}`, { cause: error });
  }
  if (!response.ok) throw new UserError(`${url} answered ${response.status} ${response.statusText}`);
  return response.text();
}

/** `npm run karpenter-support`: see `--help`. */
async function karpenterSupport({ url, output }: { readonly url: string; readonly output: string }): Promise<void> {
  const leastFor = karpenterMatrix(await fetchText(url));
  writeFacts(output, { source: `Karpenter's compatibility matrix, ${url}`, date: today() }, "leastFor", leastFor);
  console.log(`wrote the oldest Karpenter for ${leastFor.length} Kubernetes versions to ${output}`);
}

void runCommand(
  command(
    "karpenter-support",
    "Renews modules/facts/karpenter.json from Karpenter's documentation: the oldest Karpenter for each Kubernetes version.\n" +
      "Needs no credentials. The file is written only after the page was read.",
  )
    .option("--url <url>", "the page with the matrix", PAGE)
    .option("--output <file>", "file to write", "modules/facts/karpenter.json"),
  karpenterSupport,
);
