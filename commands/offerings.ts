import { command, runCommand } from "../operations/command";
import { renewOfferings, type OfferingsOptions } from "../operations/facts/renew-offerings";

/** `npm run offerings`: see `--help`. */
void runCommand(
  command(
    "offerings",
    "Renews modules/facts/offerings.json from an AWS account: every instance type that can be a node, and which regions sell it.\n" +
      "Needs ec2:DescribeInstanceTypes. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask; may be given several times. Default: all that the file has", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--output <file>", "file to renew", "modules/facts/offerings.json"),
  async (options: OfferingsOptions) => console.log(await renewOfferings(options)),
);
