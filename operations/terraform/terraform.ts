import { spawn } from "node:child_process";
import { UserError } from "../../modules/user-error";

/** `terraform`, or what `TERRAFORM_BINARY_NAME` names, such as `tofu`. */
export const terraformBinary = (): string => process.env.TERRAFORM_BINARY_NAME ?? "terraform";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** Runs Terraform in the folder of a stack, with these arguments. */
export type RunTerraform = (directory: string, args: readonly string[], options?: { echo?: boolean }) => Promise<Ended>;

/** Terraform is missing, or is not what `TERRAFORM_BINARY_NAME` says. */
export class NoTerraform extends UserError {}

/** Runs the real thing. It never asks: what it needs to know is in the files or the environment. */
export const runTerraform: RunTerraform = (directory, args, options = {}) =>
  new Promise((resolve, reject) => {
    const binary = terraformBinary();
    const child = spawn(binary, args, {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
    });
    const stdout: Buffer[] = [];
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      output.push(chunk);
      if (options.echo) process.stderr.write(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.push(chunk);
      if (options.echo) process.stderr.write(chunk);
    });
    child.on("error", (error) =>
      reject(new NoTerraform(`${binary} cannot be run (${error.message}); install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME`)),
    );
    child.on("close", (code) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 1, stdout: text(stdout), output: text(output) });
    });
  });
