import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Checks } from "../report/checks";
import { ProofEngine } from "./engine-dir";
import { underLoad, type UnderLoad } from "./load";
import { bounded, rendered } from "./rendered";

/** Each writes a layer, uploads and lists files, holds memory, and takes its time. */
const WORK = { megabytes: 20, memoryMb: 50, seconds: 3 };

/** One engine and 1 to 32 clients at once. */
export async function clientsAtOnce(parts: string, work: string, dagger: string, { check }: Checks): Promise<object> {
  const { engineJson, ready } = rendered(dagger);
  const engine = new ProofEngine(parts, "clients", mkdtempSync(join(work, "clients-")));
  engine.start(bounded(engineJson));
  const { pid } = engine;
  const all: UnderLoad[] = [];
  for (const clients of [1, 4, 8, 16, 32]) all.push(await underLoad(engine, clients, ready, WORK));
  check("no client of up to 32 at once fails, and it is the same engine still", all.every(({ failed }) => failed === 0) && engine.pid === pid, all);
  check("its own memory stays below a gibibyte", all.every(({ engineMib }) => engineMib.most < 1024), all);
  check("the readiness probe never fails as often as would take it out", all.every(({ readiness }) => readiness.failed < 10), all);
  engine.stop();
  rmSync(engine.state, { recursive: true, force: true });
  return { work: WORK, underLoad: all };
}
