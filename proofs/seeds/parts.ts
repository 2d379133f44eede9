import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { engineConfig } from "../../modules/dagger/engine-config";
import type { SeededFleet } from "../../modules/contract/seed";

/** A fleet that publishes, with what a step asks for besides. */
export function fleetWith(dagger: string, seed: object = {}): SeededFleet {
  const fleet = { name: "main", dagger, seed: { publish: true, ...seed }, runners: [{ cpu: 2, memory: "8Gi", max: 2 }] };
  const config = parseConfig(JSON.stringify({ name: "proof", region: "eu-west-1", github: { organization: "proof", secret: "proof" }, fleets: [fleet] }));
  return config.fleets[0] as SeededFleet;
}

export interface Ran {
  readonly status: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** A node: a disk, an engine on it, and the containers of the pod that restores and publishes. */
export class ProofNode {
  readonly disk: string;
  private readonly folder: string;

  constructor(
    private readonly parts: string,
    work: string,
    readonly name: string,
    private readonly seeds: string,
  ) {
    this.folder = join(work, name);
    this.disk = join(this.folder, "disk");
    for (const folder of [this.disk, join(this.folder, "tools"), join(this.folder, "tmp")]) mkdirSync(folder, { recursive: true });
  }

  get state(): string {
    return join(this.disk, "dagger");
  }

  get outcome(): string {
    const file = `${this.state}-seed`;
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  }

  /** A container's command, where it finds /disk, /tools and /tmp of this node. */
  start(script: string, ...args: string[]): ChildProcess {
    const inside = `
mount --make-rprivate /
mkdir -p /disk /tools
mount --bind "$DISK" /disk
mount --bind "$TOOLS" /tools
mount --bind "$OWN_TMP" /tmp
touch /dev/termination-log
exec sh -c "$SCRIPT" "$@"`;
    return spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", inside, "sh", ...args], {
      env: {
        ...{ PATH: `${this.parts}:${process.env.PATH}`, SCRIPT: script, DISK: this.disk },
        ...{ TOOLS: join(this.folder, "tools"), OWN_TMP: join(this.folder, "tmp") },
        ...{ SEEDS: this.seeds, NODE_NAME: this.name, AWS_DEFAULT_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
      },
    });
  }

  run = (script: string, ...args: string[]): Promise<Ran> => ended(this.start(script, ...args));

  /** Starts the engine on this node's state, with the engine.json of a fleet but bounds of gigabytes for a small disk. */
  startEngine(fleet: SeededFleet): void {
    const config = join(this.folder, "engine.json");
    const space = { reservedSpace: 20e9, maxUsedSpace: 40e9, minFreeSpace: 1e9 };
    const { gc, ...rest } = engineConfig(fleet) as { gc: object };
    writeFileSync(config, JSON.stringify({ ...rest, gc: { ...gc, ...space, policies: [{ all: true, ...space }] } }));
    this.program("engine-start", this.name, this.state, config);
  }
  stopEngine = () => this.program("engine-stop", this.name);
  killEngine = () => this.program("engine-kill", this.name);

  /** What a pipeline prints, and how long it takes. The text is the same only where its steps came from the cache. */
  pipeline(megabytes: number, files: number): Ran {
    const start = Date.now();
    const output = this.program("pipeline", this.name, String(megabytes), String(files)).trim();
    return { status: 0, output, seconds: (Date.now() - start) / 1000 };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private program(name: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(join(this.parts, name), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }
}

export function ended(child: ChildProcess): Promise<Ran> {
  const start = Date.now();
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output, seconds: (Date.now() - start) / 1000 })));
}
