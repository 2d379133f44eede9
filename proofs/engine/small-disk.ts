import { execFileSync } from "node:child_process";
import { mkdirSync, statfsSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ended, type ProofEngine } from "./engine-dir";

const MB = 1e6;

/** A disk of its own, in a file: what a node's array is to engine, jobs and images together. */
export class SmallDisk {
  readonly mount: string;
  private readonly file: string;

  constructor(
    work: string,
    readonly name: string,
    megabytes: number,
  ) {
    this.file = join(work, `${name}.img`);
    this.mount = join(work, `${name}-disk`);
    mkdirSync(this.mount);
    writeFileSync(this.file, "");
    truncateSync(this.file, megabytes * MB);
    execFileSync("mkfs.ext4", ["-q", "-m", "0", this.file]);
    execFileSync("mount", ["-o", "loop", this.file, this.mount]);
  }

  get megabytes(): number {
    const { bsize, blocks } = statfsSync(this.mount);
    return Math.round((bsize * blocks) / MB);
  }
  get freeMb(): number {
    const { bsize, bavail } = statfsSync(this.mount);
    return Math.round((bsize * bavail) / MB);
  }

  /** Jobs' files and images: so many megabytes that are not the engine's. */
  others(megabytes: number): void {
    execFileSync("fallocate", ["-l", String(Math.max(1, megabytes) * MB), join(this.mount, "others")]);
  }
  noOthers(): void {
    unlinkSync(join(this.mount, "others"));
  }

  remove(): void {
    execFileSync("umount", ["--lazy", this.mount]);
    unlinkSync(this.file);
  }
}

/** Megabytes in the engine's cache by its own account. */
export async function cacheMb(engine: ProofEngine): Promise<number> {
  const { output } = await ended(engine.inside("echo '{engine{localCache{entrySet{diskSpaceBytes}}}}' | timeout 60 dagger query --silent"));
  return Math.round(Number(/"diskSpaceBytes": *(\d+)/.exec(output)?.[1] ?? NaN) / MB);
}

/** Looks at the disk every half second until told to stop; what was the least that was free. */
export function watching(disk: SmallDisk): { least: () => number; end: () => void } {
  let least = disk.freeMb;
  const timer = setInterval(() => (least = Math.min(least, disk.freeMb)), 500);
  return { least: () => least, end: () => clearInterval(timer) };
}

/** Pipelines one after the other, each with a layer of its own; how many failed. */
export async function fill(engine: ProofEngine, word: string, count: number, work: { megabytes: number; seconds: number }): Promise<number> {
  let failed = 0;
  for (let i = 0; i < count; i++) if ((await engine.pipeline(`${word}-${i}`, work)).status !== 0) failed += 1;
  return failed;
}
