import { command, runCommand } from "../operations/command";
import { renewInstanceTypes, type InstanceTypesOptions } from "../operations/placement/renew-instance-types";

/** `npm run instance-types`: see `--help`. */
void runCommand(
  command(
    "instance-types",
    "Renews modules/facts/instance-types.json from an AWS account. EC2 tells only what a region sells, so name every region\n" +
      "that matters. Needs the permission ec2:DescribeInstanceTypes. The file is written only after everything was read.",
  )
    .option("--region <region>", "AWS region to ask; may be given several times. Default: AWS_REGION", (one: string, others?: string[]) => [...(others ?? []), one])
    .option("--source <text>", "where the facts come from, as the file's head shall say. Default: EC2 and the regions")
    .option("--output <file>", "file to write", "modules/facts/instance-types.json"),
  async (options: InstanceTypesOptions) => console.log(await renewInstanceTypes(options)),
);
