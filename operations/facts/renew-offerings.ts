import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { OfferingTable } from "../../modules/facts/offerings";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { mergeOfferings, offeringFacts } from "./offerings";
import { readFacts, today, writeFacts } from "./table";

export interface OfferingsOptions {
  /** Regions to ask; default: all that the file has. */
  readonly region?: readonly string[];
  readonly output: string;
}

/**
 * Asks EC2 what regions sell, and writes the file when everything was read.
 * @returns the line to print.
 * @throws UserError if a region cannot be read.
 */
export async function renewOfferings({ region, output }: OfferingsOptions): Promise<string> {
  const table = readFacts(output) as OfferingTable;
  const asked = region ?? table.regions;
  const sold = new Map<string, Sold>();
  for (const name of asked) sold.set(name, await soldIn(name));
  const merged = mergeOfferings(table, sold);
  const source = asked.length < merged.regions.length ? `EC2 DescribeInstanceTypes in ${asked.join(", ")}; others from ${table.source}` : "EC2 DescribeInstanceTypes";
  writeFacts(output, { source, date: today(), regions: merged.regions }, "types", merged.types);
  return `wrote ${merged.types.length} instance types in ${merged.regions.length} regions to ${output}`;
}

type Sold = NonNullable<ReturnType<typeof offeringFacts>>[];

async function soldIn(region: string): Promise<Sold> {
  const sold: Sold = [];
  try {
    for await (const { InstanceTypes } of paginateDescribeInstanceTypes({ client: new EC2Client({ region }), pageSize: 100 }, {})) {
      sold.push(...(InstanceTypes ?? []).map(offeringFacts).filter((type) => type !== undefined));
    }
  } catch (error) {
    throw new UserError(`cannot read what ${region} sells: ${errorText(error)}`, { cause: error });
  }
  if (sold.length === 0) throw new UserError(`EC2 told no instance type of ${region}`);
  return sold;
}
