import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ran {
  readonly status: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** What a process says and how it ends. */
export function ended(child: ChildProcess): Promise<Ran> {
  const start = Date.now();
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output, seconds: (Date.now() - start) / 1000 })));
}

/** A program of the folder with a real engine; the README says which there are. It must succeed. */
export function program(parts: string, name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(join(parts, name), args, { encoding: "utf8", env: { ...process.env, ...environment } });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** A real engine, as the pod of a fleet's engine is: started on a folder with the fleet's engine.json. */
export class ProofEngine {
  constructor(
    private readonly parts: string,
    readonly name: string,
    readonly state: string,
  ) {}

  start(engineJson: object, environment: Readonly<Record<string, string>> = {}): void {
    const file = join(tmpdir(), `${this.name}-engine.json`);
    writeFileSync(file, JSON.stringify(engineJson));
    program(this.parts, "engine-start", [this.name, this.state, file], environment);
  }
  stop = (): string => program(this.parts, "engine-stop", [this.name]);
  kill = (): string => program(this.parts, "engine-kill", [this.name]);

  /** The engine's process as this machine numbers it; unset when it is gone. */
  get pid(): number | undefined {
    const { stdout } = spawnSync(join(this.parts, "engine-pid"), [this.name], { encoding: "utf8" });
    return stdout.trim() === "" ? undefined : Number(stdout.trim());
  }

  /** A shell text in the engine's container, as the kubelet runs probes and hooks. */
  inside = (script: string): ChildProcess => spawn(join(this.parts, "engine-exec"), [this.name, "sh", "-c", script], { stdio: ["ignore", "pipe", "pipe"] });

  /** A command in a pod of a runner: in namespaces of its own, with socket folder and CLI. */
  runner = (...command: string[]): ChildProcess => spawn(join(this.parts, "runner-exec"), [this.name, ...command], { stdio: ["ignore", "pipe", "pipe"] });

  /** A pipeline of a client; what it prints is the same only where its steps came from the cache. */
  async pipeline(salt: string, { megabytes = 1, memoryMb = 1, seconds = 0 } = {}): Promise<Ran> {
    const words = [join(this.parts, "rootfs"), salt, megabytes, memoryMb, seconds].map(String);
    const ran = await ended(this.runner("dagger", "run", "--silent", "node", join(process.cwd(), "proofs/engine/pipeline.mjs"), ...words));
    if (ran.status === 0 && !/^[0-9a-f-]{36}\n$/.test(ran.output)) throw new Error(`the pipeline printed "${ran.output}"`);
    return ran;
  }
}
