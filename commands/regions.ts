import { DescribeAvailabilityZonesCommand, DescribeRegionsCommand, DescribeVpcEndpointServicesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { INTERFACE_ENDPOINTS } from "../modules/config/network";
import { partitionOf, type RegionTable } from "../modules/facts/regions";
import { UserError } from "../modules/user-error";
import { command, errorText, runCommand } from "../operations/command";
import { mergeRegions, type RegionAnswer } from "../operations/facts/regions";
import { readFacts, today, writeFacts } from "../operations/facts/table";

async function ask(name: string, optedIn: boolean): Promise<RegionAnswer> {
  const partition = partitionOf(name);
  if (!optedIn) return { name, partition };
  try {
    const client = new EC2Client({ region: name });
    const { AvailabilityZones } = await client.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: "zone-type", Values: ["availability-zone"] }] }),
    );
    const { ServiceNames } = await client.send(new DescribeVpcEndpointServicesCommand({}));
    return { name, partition, zoneIds: (AvailabilityZones ?? []).flatMap(({ ZoneId }) => ZoneId ?? []), endpoints: ServiceNames ?? [] };
  } catch (error) {
    throw new UserError(`cannot read zones and endpoints of ${name}: ${errorText(error)}`, { cause: error });
  }
}

/** `npm run regions`: see `--help`. */
async function regions({ region, output }: { readonly region: string; readonly output: string }): Promise<void> {
  const { Regions = [] } = await new EC2Client({ region }).send(new DescribeRegionsCommand({ AllRegions: true }));
  const answers: RegionAnswer[] = [];
  for (const { RegionName, OptInStatus } of Regions) if (RegionName !== undefined) answers.push(await ask(RegionName, OptInStatus !== "not-opted-in"));
  if (answers.length === 0) throw new UserError("EC2 told no region");
  const merged = mergeRegions(readFacts(output) as RegionTable, answers, INTERFACE_ENDPOINTS);
  writeFacts(output, { source: `EC2 in the partition of ${region}; other partitions as before`, date: today() }, "regions", merged);
  console.log(`wrote ${merged.length} regions to ${output}`);
}

void runCommand(
  command(
    "regions",
    "Renews modules/facts/regions.json from an AWS account: AWS's regions, their zones and which services have interface endpoints\n" +
      "there. A region that the account has not opted into, and other partitions, keep what is known. Needs ec2:DescribeRegions,\n" +
      "ec2:DescribeAvailabilityZones and ec2:DescribeVpcEndpointServices. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask first; it decides the partition", process.env.AWS_REGION ?? "us-east-1")
    .option("--output <file>", "file to renew", "modules/facts/regions.json"),
  regions,
);
