import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Checks } from "../report/checks";
import { ProofEngine } from "./engine-dir";
import { bounded, rendered } from "./rendered";
import { cacheMb, fill, SmallDisk, watching } from "./small-disk";

/** Size of the disk, and of what each pipeline writes, MB. */
const DISK_MB = 3000;
const LAYER_MB = 60;
/** The engine looks every 5 s and acts once in 30 s; with a minute between two looks for what is above the bound. */
const itActs = () => sleep(45_000);
const aMinute = () => sleep(75_000);

/** What becomes of a cache when jobs fill it up to its bound, beyond it, and fill the disk. */
export async function disk(parts: string, work: string, dagger: string, { check }: Checks): Promise<object> {
  const { engineJson } = rendered(dagger, { cacheMaxGb: 100 });
  const node = new SmallDisk(work, "node", DISK_MB);
  const share = (percent: number) => Math.floor((node.megabytes * percent) / 100);
  // As in the project, for a disk on which shares of gigabytes would be too coarse.
  const wanted = { diskMb: node.megabytes, max: share(65), reserved: share(16), free: share(parseInt(engineJson.gc.minFreeSpace)) };
  const space = { maxUsedSpace: wanted.max * 1e6, reservedSpace: wanted.reserved * 1e6, minFreeSpace: wanted.free * 1e6 };
  const state = join(node.mount, "dagger");
  mkdirSync(state);
  const engine = new ProofEngine(parts, "disk", state);
  const seen: Record<string, object> = {};
  const say = async (what: string, more: object = {}): Promise<{ cacheMb: number; freeMb: number }> => {
    const now = { cacheMb: await cacheMb(engine), freeMb: node.freeMb };
    seen[what] = { ...now, ...more };
    return now;
  };
  try {
    engine.start(bounded(engineJson, space));
    const watched = watching(node);
    const failed = await fill(engine, "fill", Math.ceil((wanted.max * 1.3) / LAYER_MB), { megabytes: LAYER_MB, seconds: 0 });
    await say("filled to 1.3 times its bound", { leastFreeMb: watched.least() });
    await aMinute();
    watched.end();
    let now = await say("a minute later");
    check("no pipeline fails while a cache is filled beyond its bound, and a minute later it is back at it", failed === 0 && now.cacheMb <= wanted.max, seen);
    const full = now.cacheMb;
    node.others(share(30));
    await itActs();
    now = await say("others take 30 %");
    check("when jobs need the disk the cache gives what lacks, and no more", now.cacheMb < full && now.freeMb >= wanted.free && now.freeMb < wanted.free + 3 * LAYER_MB, seen);
    for (const percent of [45, 60, 75]) {
      node.others(share(percent));
      await itActs();
    }
    now = await say("others take 75 %");
    check("reservedSpace keeps nothing back from that", now.cacheMb < wanted.reserved, seen);
    node.noOthers();
    await fill(engine, "again", Math.floor((wanted.max * 0.7) / LAYER_MB), { megabytes: LAYER_MB, seconds: 0 });
    const before = (await say("filled again")).cacheMb;
    const larger = await engine.pipeline("larger", { megabytes: DISK_MB * 1.5, seconds: 1 });
    await aMinute();
    now = await say("after a session that filled the disk", { pipelineEndedWith: larger.status });
    check("a session that fills the disk costs the cache, or a part of it", now.cacheMb < before, seen);
    const after = await engine.pipeline("after", { megabytes: 1 });
    check("and the engine answers the next pipeline", after.status === 0, after);
    engine.stop();
  } finally {
    node.remove();
    rmSync(node.mount, { recursive: true, force: true });
  }
  return { ...wanted, ...seen };
}
