import { command, runCommand } from "../operations/command";
import { renewRegions, type RegionsOptions } from "../operations/facts/renew-regions";

/** `npm run regions`: see `--help`. */
void runCommand(
  command(
    "regions",
    "Renews modules/facts/regions.json from an AWS account: AWS's regions, their zones and which services have interface endpoints\n" +
      "there. A region that the account has not opted into, and other partitions, keep what is known. Needs ec2:DescribeRegions,\n" +
      "ec2:DescribeAvailabilityZones and ec2:DescribeVpcEndpointServices. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask first; it decides the partition", process.env.AWS_REGION ?? "us-east-1")
    .option("--output <file>", "file to renew", "modules/facts/regions.json"),
  async (options: RegionsOptions) => console.log(await renewRegions(options)),
);
