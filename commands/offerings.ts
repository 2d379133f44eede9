import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { OfferingTable } from "../modules/facts/offerings";
import { UserError } from "../modules/user-error";
import { command, errorText, runCommand } from "../operations/command";
import { mergeOfferings, offeringFacts } from "../operations/facts/offerings";
import { readFacts, today, writeFacts } from "../operations/facts/table";

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

/** `npm run offerings`: see `--help`. */
async function offerings({ region, output }: { readonly region?: readonly string[]; readonly output: string }): Promise<void> {
  const table = readFacts(output) as OfferingTable;
  const asked = region ?? table.regions;
  const sold = new Map<string, Sold>();
  for (const name of asked) sold.set(name, await soldIn(name));
  const merged = mergeOfferings(table, sold);
  const source = asked.length < merged.regions.length ? `EC2 DescribeInstanceTypes in ${asked.join(", ")}; others from ${table.source}` : "EC2 DescribeInstanceTypes";
  writeFacts(output, { source, date: today(), regions: merged.regions }, "types", merged.types);
  console.log(`wrote ${merged.types.length} instance types in ${merged.regions.length} regions to ${output}`);
}

void runCommand(
  command(
    "offerings",
    "Renews modules/facts/offerings.json from an AWS account: every instance type that can be a node, and which regions sell it.\n" +
      "Needs ec2:DescribeInstanceTypes. The file is written only after everything was read.",
  )
    .option("--region <region>", "region to ask; may be given several times. Default: all that the file has", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--output <file>", "file to renew", "modules/facts/offerings.json"),
  offerings,
);
