import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planCase } from "./plans";
import { minimal, PROJECT, writeSynthesized } from "./project";

/** A pseudo-terminal for a command; other systems' `script` takes other arguments. */
export const hasScript = String(spawnSync("script", ["--version"]).stdout).includes("util-linux");

/** A command that runs, and what it has said until now. */
export interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

const CONFIG = minimal("cluster: {mode: new, deletionProtection: false}\n");

/** A folder with synthesised stacks and a slow Terraform, where commands are started and interrupted. */
export class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  readonly fake = join(this.directory, "terraform");
  /** By this a command runs the slow Terraform. */
  readonly environment = {
    ...process.env,
    TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/slow-terraform"),
    SLOW_TERRAFORM: this.fake,
    SLOW_NODE: process.execPath,
  };
  private readonly children: ChildProcess[] = [];

  constructor(private readonly built: string) {
    mkdirSync(this.fake);
    writeFileSync(join(this.fake, "plan.json"), JSON.stringify(planCase("protection off").json.cluster));
    writeFileSync(join(this.directory, "dagger-ci.yaml"), CONFIG);
    writeSynthesized(CONFIG, join(this.directory, "cdktf.out"));
  }

  start(command: string, args: readonly string[] = [], env: Record<string, string> = {}): Running {
    return this.run(process.execPath, [join(this.built, "commands", `${command}.js`), ...args], env);
  }

  /** As `start`, in a terminal. */
  startInTerminal(command: string, args: readonly string[] = [], env: Record<string, string> = {}): Running {
    const line = [process.execPath, join(this.built, "commands", `${command}.js`), ...args].join(" ");
    return this.run("script", ["-qefc", line, "/dev/null"], env);
  }

  run(program: string, args: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(program, args, {
      cwd: this.directory,
      // A process group of its own, as a shell gives to each command.
      detached: true,
      env: { ...this.environment, ...env },
    });
    this.children.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += String(text)));
    return { child, said: () => said, ended: new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal))) };
  }

  /** Lines that the slow Terraform wrote into one of its files. */
  lines(name: string): string[] {
    const file = join(this.fake, name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "") : [];
  }

  /** Lets a Terraform with `SLOW_HOLD` come to its end. */
  finish(): void {
    writeFileSync(join(this.fake, "finish"), "");
  }

  /** Waits until it has made some things. */
  async made(things: number): Promise<void> {
    await until(() => this.lines("made").length >= things);
  }

  remove(): void {
    for (const child of this.children) if (child.exitCode === null) child.kill("SIGKILL");
    // A Terraform that outlived its command may still be writing.
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

export async function until(holds: () => boolean): Promise<void> {
  const start = Date.now();
  while (!holds()) {
    if (Date.now() - start > 30_000) throw new Error("it never came to that");
    await sleep(20);
  }
}

export const sleep = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms));
};
