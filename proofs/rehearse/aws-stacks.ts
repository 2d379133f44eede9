import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { terraformrc } from "../cluster/installation";
import { run, type Ran } from "../cluster/ran";

export interface AwsStacksOptions {
  /** Folder with the lane of the real AWS provider. */
  readonly lane: string;
  /** Terraform's filesystem mirror with that provider. */
  readonly provider: string;
  /** A Python that has moto. */
  readonly python: string;
  readonly work: string;
  /** The installation's configuration file. */
  readonly configuration: string;
}

/**
 * The stacks of AWS with the real AWS provider. As the lane has them: what that provider does not know is left out, states are files, endpoints the emulated account's.
 */
export class AwsStacks {
  private readonly environment: NodeJS.ProcessEnv;

  private constructor(
    private readonly folder: string,
    /** In the order in which they are applied. */
    readonly names: readonly string[],
    environment: NodeJS.ProcessEnv,
  ) {
    this.environment = environment;
  }

  static async prepare({ lane, provider, python, work, configuration }: AwsStacksOptions): Promise<AwsStacks> {
    const at = (name: string) => join(work, "aws", name);
    for (const name of ["schema", "states"]) mkdirSync(at(name), { recursive: true });
    writeFileSync(at("terraformrc"), terraformrc(provider));
    const environment = { ...process.env, TF_CLI_CONFIG_FILE: at("terraformrc"), TF_IN_AUTOMATION: "1", AWS_EC2_METADATA_DISABLED: "true", GOGC: "800" };
    await succeed(process.execPath, [resolve("dist/main.js")], ".", { ...environment, DAGGER_CI_CONFIG: configuration, CDKTF_OUTDIR: at("out") });
    const order = (await succeed(process.execPath, ["proofs/aws/for-emulator.mjs", at("out")], ".", environment)).output.trim().split(" ");
    writeFileSync(join(at("schema"), "main.tf.json"), JSON.stringify({ terraform: { required_providers: { aws: { source: "hashicorp/aws" } } } }));
    await succeed("terraform", ["init", "-input=false", "-no-color"], at("schema"), environment);
    writeFileSync(join(at("schema"), "schema.json"), execFileSync("terraform", ["providers", "schema", "-json"], { cwd: at("schema"), env: environment, maxBuffer: 2 ** 30 }));
    const prepared = await succeed(python, [join(lane, "prepare.py"), at("out"), at("stacks"), at("states"), join(at("schema"), "schema.json"), "--moto"], ".", environment);
    console.log(prepared.output.trim());
    const stacks = new AwsStacks(at("stacks"), order, environment);
    for (const stack of order) await stacks.terraform(stack, "init", "-input=false");
    return stacks;
  }

  private terraform = (stack: string, ...args: string[]): Promise<Ran> => succeed("terraform", [...args, "-no-color"], join(this.folder, stack), this.environment);

  async apply(stack: string): Promise<Ran> {
    return this.terraform(stack, "apply", "-auto-approve", "-input=false");
  }

  async destroy(stack: string): Promise<Ran> {
    return this.terraform(stack, "destroy", "-auto-approve", "-input=false");
  }

  async outputs(stack: string): Promise<Record<string, unknown>> {
    const { output } = await this.terraform(stack, "output", "-json");
    return Object.fromEntries(Object.entries(JSON.parse(output) as Record<string, { value: unknown }>).map(([name, { value }]) => [name, value]));
  }
}

async function succeed(program: string, args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): Promise<Ran> {
  const ran = await run(program, args, folder, environment);
  if (ran.code !== 0) throw new Error(`${program} ${args.join(" ")} in ${folder}: exit code ${ran.code}\n${ran.output.slice(-4000)}`);
  return ran;
}
