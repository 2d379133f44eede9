import { writeFileSync } from "node:fs";
import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import { formatTable, instanceTypeFacts } from "../operations/placement/from-ec2";
import { UserError } from "../modules/user-error";
import { command, errorText, runCommand } from "../operations/command";
import type { InstanceType } from "../modules/facts/instance-types";

interface Options {
  readonly region?: readonly string[];
  readonly source?: string;
  readonly output: string;
}

async function typesOf(region: string): Promise<InstanceType[]> {
  const pages = paginateDescribeInstanceTypes(
    { client: new EC2Client({ region }), pageSize: 100 },
    { Filters: [{ Name: "instance-storage-supported", Values: ["true"] }] },
  );
  const types: InstanceType[] = [];
  for await (const page of pages) {
    types.push(...(page.InstanceTypes ?? []).map(instanceTypeFacts).filter((type) => type !== undefined));
  }
  if (types.length === 0) throw new UserError("EC2 knows no instance type with local NVMe disks there");
  return types;
}

/** Renews the file; gives the line to print. */
async function renew(regions: readonly string[], output: string, source?: string): Promise<string> {
  const byName = new Map<string, InstanceType>();
  for (const region of regions) {
    try {
      for (const type of await typesOf(region)) byName.set(type.name, type);
    } catch (error) {
      throw new UserError(`cannot read the instance types of ${region}: ${errorText(error)}`, { cause: error });
    }
  }
  const table = {
    source: source ?? `EC2 DescribeInstanceTypes in ${regions.join(", ")}`,
    date: new Date().toISOString().slice(0, 10),
    types: [...byName.values()],
  };
  writeFileSync(output, formatTable(table));
  return `wrote ${table.types.length} instance types to ${output}`;
}

/** `npm run instance-types`: see `--help`. */
async function instanceTypes({ region, source, output }: Options): Promise<void> {
  const regions = region ?? [process.env.AWS_REGION ?? ""].filter(Boolean);
  if (regions.length === 0) throw new UserError("no region: give --region, such as --region eu-west-1, or set AWS_REGION");
  console.log(await renew(regions, output, source));
}

void runCommand(
  command(
    "instance-types",
    "Renews modules/facts/instance-types.json from an AWS account. EC2 tells only what a region sells, so name every region\n" +
      "that matters. Needs the permission ec2:DescribeInstanceTypes. The file is written only after everything was read.",
  )
    .option("--region <region>", "AWS region to ask; may be given several times. Default: AWS_REGION", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--source <text>", "where the facts come from, as the file's head shall say. Default: EC2 and the regions")
    .option("--output <file>", "file to write", "modules/facts/instance-types.json"),
  instanceTypes,
);
