import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProofEngine } from "./engine-dir";
import { ended } from "./engine-dir";

const MIB = 1024;

/** What one engine did under so many clients at once. */
export interface UnderLoad {
  readonly clients: number;
  readonly failed: number;
  readonly seconds: { readonly all: number; readonly median: number; readonly slowest: number };
  /** Memory of the engine's process, MiB: most while clients were there, and after they had left. */
  readonly engineMib: { readonly before: number; readonly most: number; readonly after: number };
  readonly files: { readonly before: number; readonly most: number; readonly after: number };
  /** Memory of a client's CLI, MiB, in the runner's pod. */
  readonly cliMib: number;
  readonly engineCpuSeconds: number;
  /** Answers of the readiness probe meanwhile: how many, how many failed, and the slowest, s. */
  readonly readiness: { readonly asked: number; readonly failed: number; readonly slowest: number };
  /** Share of the time in which something waited for it, on the whole machine. */
  readonly pressure: { readonly cpu: number; readonly memory: number; readonly io: number };
}

const residentMib = (pid: number | string): number => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / MIB;
const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

function cpuSeconds(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ").slice(11, 13).map(Number);
  return (user + system) / 100;
}

/** Microseconds in which some process waited for this resource, since the machine started. */
const stalled = (resource: string): number => Number(/^some .*total=(\d+)/m.exec(readFileSync(`/proc/pressure/${resource}`, "utf8"))?.[1]);

/** The largest CLI of all that run. */
function largestCli(): number {
  const sizes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("dagger\0run") ? residentMib(pid) : 0;
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...sizes);
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** So many clients at once, each with a pipeline of its own; `ready` is the engine's readiness probe. */
export async function underLoad(engine: ProofEngine, clients: number, ready: string, work: { megabytes: number; memoryMb: number; seconds: number }): Promise<UnderLoad> {
  const pid = engine.pid!;
  const before = { mib: residentMib(pid), files: openFiles(pid), cpu: cpuSeconds(pid) };
  const most = { mib: before.mib, files: before.files, cli: 0 };
  const pressure = ["cpu", "memory", "io"].map(stalled);
  const answers: { ok: boolean; seconds: number }[] = [];
  const end = new AbortController();
  const start = Date.now();

  const sampling = (async () => {
    while (!end.signal.aborted) {
      most.mib = Math.max(most.mib, residentMib(pid));
      most.files = Math.max(most.files, openFiles(pid));
      most.cli = Math.max(most.cli, largestCli());
      await sleep(250);
    }
  })();
  const probing = (async () => {
    while (!end.signal.aborted) {
      const { status, seconds } = await ended(engine.inside(ready));
      answers.push({ ok: status === 0, seconds });
      await sleep(2000);
    }
  })();
  const ran = await Promise.all(Array.from({ length: clients }, (_, i) => engine.pipeline(`${clients}-${i}-${start}`, work)));
  const all = (Date.now() - start) / 1000;
  end.abort();
  await Promise.all([sampling, probing]);
  const share = ["cpu", "memory", "io"].map((resource, i) => rounded((stalled(resource) - pressure[i]!) / 1e6 / all, 2));
  await sleep(5000);
  const times = ran.map(({ seconds }) => seconds);
  return {
    clients,
    failed: ran.filter(({ status }) => status !== 0).length,
    seconds: { all: rounded(all, 1), median: rounded(median(times), 1), slowest: rounded(Math.max(...times), 1) },
    engineMib: { before: rounded(before.mib), most: rounded(most.mib), after: rounded(residentMib(pid)) },
    files: { before: before.files, most: most.files, after: openFiles(pid) },
    cliMib: rounded(most.cli),
    engineCpuSeconds: rounded(cpuSeconds(pid) - before.cpu, 1),
    readiness: { asked: answers.length, failed: answers.filter(({ ok }) => !ok).length, slowest: rounded(Math.max(...answers.map(({ seconds }) => seconds)), 1) },
    pressure: { cpu: share[0]!, memory: share[1]!, io: share[2]! },
  };
}
