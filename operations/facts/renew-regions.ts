import { DescribeAvailabilityZonesCommand, DescribeRegionsCommand, DescribeVpcEndpointServicesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { INTERFACE_ENDPOINTS } from "../../modules/config/network";
import { partitionOf, type RegionTable } from "../../modules/facts/regions";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { mergeRegions, type RegionAnswer } from "./regions";
import { readFacts, today, writeFacts } from "./table";

export interface RegionsOptions {
  /** Region to ask first; it decides the partition. */
  readonly region: string;
  readonly output: string;
}

/**
 * Asks EC2 for its regions, and writes the file when everything was read.
 * @returns the line to print.
 * @throws UserError if a region cannot be read.
 */
export async function renewRegions({ region, output }: RegionsOptions): Promise<string> {
  const { Regions = [] } = await new EC2Client({ region }).send(new DescribeRegionsCommand({ AllRegions: true }));
  const answers: RegionAnswer[] = [];
  for (const { RegionName, OptInStatus } of Regions) if (RegionName !== undefined) answers.push(await ask(RegionName, OptInStatus !== "not-opted-in"));
  if (answers.length === 0) throw new UserError("EC2 told no region");
  const merged = mergeRegions(readFacts(output) as RegionTable, answers, INTERFACE_ENDPOINTS);
  writeFacts(output, { source: `EC2 in the partition of ${region}; other partitions as before`, date: today() }, "regions", merged);
  return `wrote ${merged.length} regions to ${output}`;
}

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
