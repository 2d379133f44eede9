import { spawn } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import { UserError } from "../../modules/user-error";
import { holdSignalsFor, Interrupted, interruptedBy, type Reason } from "../interrupt";
import { noteTerraform } from "./folder-lock";
import { OutputFile } from "./output-file";

/** `terraform`, or what `TERRAFORM_BINARY_NAME` names, such as `tofu`; a path is from where the command was called. */
export function terraformBinary(): string {
  const name = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  return name.includes("/") ? resolvePath(name) : name;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/**
 * Runs Terraform in the folder of a stack, with these arguments.
 * @throws TerraformInterrupted if this process was asked to end meanwhile, when Terraform has ended.
 */
export type RunTerraform = (directory: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;

export interface RunOptions {
  /** Whether to show at once what it says. */
  readonly echo?: boolean;
  /** Of the errors that it says: show them when it has ended, and not where this holds. */
  readonly unless?: (errors: string) => boolean;
}

/** Terraform is missing, or is not what `TERRAFORM_BINARY_NAME` says. */
export class NoTerraform extends UserError {}

/** This process was asked to end while Terraform ran; Terraform has ended. */
export class TerraformInterrupted extends Interrupted {
  constructor(
    message: string,
    reason: Reason,
    readonly ended: Ended,
  ) {
    super(message, reason);
  }
}

/** How often to look for what Terraform said. */
const LOOK_MS = 100;

/**
 * Runs the real thing. It never asks: what it needs to know is in the files or the environment.
 *
 * An interrupt must not cost the state, so Terraform outlives this process whatever ends it: it has a session of its own,
 * where no signal reaches it but the one that is passed on, and it writes into files, since it dies at its next word into
 * a pipe that nobody reads.
 */
export const runTerraform: RunTerraform = async (directory, args, { echo = false, unless } = {}) => {
  const earlier = interruptedBy();
  if (earlier !== undefined) throw new Interrupted("Interrupted.", earlier);

  const binary = terraformBinary();
  const output: Buffer[] = [];
  const show = (chunk: Buffer) => {
    if (echo) process.stderr.write(chunk);
  };
  const hear = (chunk: Buffer) => {
    output.push(chunk);
    show(chunk);
  };
  const stdout: Buffer[] = [];
  const out = new OutputFile(directory, (chunk) => {
    stdout.push(chunk);
    hear(chunk);
  });
  const errors: Buffer[] = [];
  const err = new OutputFile(directory, unless === undefined ? hear : (chunk) => errors.push(chunk) && output.push(chunk));
  const read = () => {
    out.read();
    err.read();
  };
  const looking = setInterval(read, LOOK_MS);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      const child = spawn(binary, args, {
        cwd: directory,
        stdio: ["ignore", out.fd, err.fd],
        detached: true,
        // HCP Terraform would run a workspace of execution mode Remote itself, without charts and credentials.
        env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1", TF_FORCE_LOCAL_BACKEND: "1" },
      });
      const release = holdSignalsFor(child);
      noteTerraform(child.pid);
      child.on("error", (error) => {
        release();
        reject(new NoTerraform(`${binary} cannot be run (${error.message}); install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME`));
      });
      child.on("exit", (status, signal) => {
        release();
        noteTerraform(undefined);
        if (signal !== null) output.push(Buffer.from(`\n${killedBy(signal)}\n`));
        resolve(status ?? 1);
      });
    });
    read();
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
    if (unless?.(text(errors)) === false) errors.forEach(show);
    const ended = { code, stdout: text(stdout), output: text(output) };
    const reason = interruptedBy();
    if (reason !== undefined) throw new TerraformInterrupted("Interrupted.", reason, ended);
    return ended;
  } finally {
    clearInterval(looking);
    out.close();
    err.close();
  }
};

const killedBy = (signal: string) => `Terraform was killed by ${signal}.`;

/** What Terraform says, or this project of it, when it may have made something that the state does not have. */
const UNSAVED = /Two interrupts received|Terraform was killed by|[Ff]ailed to (save|persist) state|Error saving (the )?state|errored\.tfstate/;
const STILL_LOCKED = "Error releasing the state lock";

/** What is wrong with the state of a stack after Terraform ended before its work was done, if anything is. */
export function stateProblem(stack: string, { output }: Ended): string | undefined {
  if (UNSAVED.test(output)) return `The state of ${stack} may lack what Terraform was making, and may be locked: see docs/bad-day.md, Interrupted.`;
  if (output.includes(STILL_LOCKED)) return `The state of ${stack} has all that was made, but is still locked: see docs/bad-day.md, Stuck lock.`;
  return undefined;
}

/** What the state of a stack is worth after an interrupt. */
export const stateAfter = (stack: string, ended: Ended): string =>
  stateProblem(stack, ended) ?? `The state of ${stack} has all that was made, and its lock is free.`;
