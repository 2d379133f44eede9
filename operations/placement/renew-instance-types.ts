import { writeFileSync } from "node:fs";
import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { InstanceType } from "../../modules/facts/instance-types";
import { UserError } from "../../modules/user-error";
import { errorText } from "../command";
import { today } from "../facts/table";
import { formatTable, instanceTypeFacts } from "./from-ec2";

export interface InstanceTypesOptions {
  /** Regions to ask; default: the one that `AWS_REGION` names. */
  readonly region?: readonly string[];
  /** What the file says of where its facts come from; default: EC2 and the regions. */
  readonly source?: string;
  readonly output: string;
}

/**
 * Asks EC2 for the types with local disks, and writes the file when everything was read.
 * @returns the line to print.
 * @throws UserError if a region cannot be read or sells none.
 */
export async function renewInstanceTypes({ region, source, output }: InstanceTypesOptions): Promise<string> {
  const regions = region ?? [process.env.AWS_REGION ?? ""].filter(Boolean);
  if (regions.length === 0) throw new UserError("no region: give --region, such as --region eu-west-1, or set AWS_REGION");
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
    date: today(),
    types: [...byName.values()],
  };
  writeFileSync(output, formatTable(table));
  return `wrote ${table.types.length} instance types to ${output}`;
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
