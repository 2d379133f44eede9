import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import { formatTable, instanceTypeFacts } from "../operations/placement/from-ec2";
import type { InstanceType } from "../modules/facts/instance-types";

/**
 * `npm run instance-types -- --region us-east-1 --region eu-west-1`: renews modules/facts/instance-types.json from
 * an AWS account. EC2 tells only what a region sells, so name every region that matters. Needs the permission
 * ec2:DescribeInstanceTypes. The file is written only after everything was read.
 */
const USAGE = [
  "npm run instance-types -- [--region REGION]... [--source TEXT] [--output FILE]",
  "  --region  AWS region to ask; may be given several times. Default: AWS_REGION.",
  "  --source  where the facts come from, as the file's head shall say. Default: EC2 and the regions.",
  "  --output  file to write. Default: modules/facts/instance-types.json.",
].join("\n");

async function typesOf(region: string): Promise<InstanceType[]> {
  const pages = paginateDescribeInstanceTypes(
    { client: new EC2Client({ region }), pageSize: 100 },
    { Filters: [{ Name: "instance-storage-supported", Values: ["true"] }] },
  );
  const types: InstanceType[] = [];
  for await (const page of pages) {
    types.push(...(page.InstanceTypes ?? []).map(instanceTypeFacts).filter((type) => type !== undefined));
  }
  if (types.length === 0) throw new Error("EC2 knows no instance type with local NVMe disks there");
  return types;
}

/** What to tell of an error. The SDK's own words for missing credentials do not say what to do. */
function explain(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name !== "CredentialsProviderError") return `${name === "Error" ? "" : `${name}: `}${message}`;
  return `no AWS credentials (${message}): log in and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
}

/** Renews the file; gives the line to print. */
async function renew(regions: readonly string[], output: string, source?: string): Promise<string> {
  const byName = new Map<string, InstanceType>();
  for (const region of regions) {
    try {
      for (const type of await typesOf(region)) byName.set(type.name, type);
    } catch (error) {
      throw new Error(`cannot read the instance types of ${region}: ${explain(error)}`, { cause: error });
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

async function main(): Promise<string> {
  const { values } = parseArgs({
    options: {
      region: { type: "string", multiple: true },
      source: { type: "string" },
      output: { type: "string", default: "modules/facts/instance-types.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return USAGE;
  const regions = values.region ?? [process.env.AWS_REGION ?? ""].filter(Boolean);
  if (regions.length === 0) throw new Error("no region: give --region, such as --region eu-west-1, or set AWS_REGION");
  return renew(regions, values.output, values.source);
}

main().then(console.log, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
