import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { engineConfig } from "../../modules/dagger/engine-config";
import type { SeededFleet } from "../../modules/contract/seed";
import { ended, program, ProofEngine, type Ran } from "../engine/engine-dir";
import { bounded } from "../engine/rendered";

/** A fleet that publishes, with what a step asks for besides. */
export function fleetWith(dagger: string, seed: object = {}): SeededFleet {
  const fleet = { name: "main", dagger, seed: { publish: true, ...seed }, runners: [{ cpu: 2, memory: "8Gi", max: 2 }] };
  const config = parseConfig(JSON.stringify({ name: "proof", region: "eu-west-1", github: { organization: "proof", secret: "proof" }, fleets: [fleet] }));
  return config.fleets[0] as SeededFleet;
}

/** A node: a disk, an engine on it, and the containers of the pod that restores and publishes. */
export class ProofNode {
  readonly disk: string;
  private readonly folder: string;
  private readonly engine: ProofEngine;

  constructor(
    private readonly parts: string,
    work: string,
    readonly name: string,
    private readonly seeds: string,
  ) {
    this.folder = join(work, name);
    this.disk = join(this.folder, "disk");
    for (const folder of [this.disk, join(this.folder, "tools"), join(this.folder, "tmp")]) mkdirSync(folder, { recursive: true });
    this.engine = new ProofEngine(parts, name, this.state);
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

  /** Starts the engine on this node's state. */
  startEngine = (fleet: SeededFleet): void => this.engine.start(bounded(engineConfig(fleet) as Parameters<typeof bounded>[0]));
  stopEngine = () => this.engine.stop();
  killEngine = () => this.engine.kill();

  /** What a pipeline prints, and how long it takes. The text is the same only where its steps came from the cache. */
  pipeline(megabytes: number, files: number): Ran {
    const start = Date.now();
    const output = program(this.parts, "pipeline", [this.name, String(megabytes), String(files)]).trim();
    return { status: 0, output, seconds: (Date.now() - start) / 1000 };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
