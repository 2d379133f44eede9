// Steps that pass or fail, each with its seconds; waiting; checking.
import { setTimeout as sleep } from "node:timers/promises";

const counts = { passed: 0, failed: 0 };
export const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;

/** Runs one step; `body` gets a function that adds a line to the report. A failed step does not end the run. Says whether it held. */
export async function step(name: string, body: (note: (...lines: string[]) => void) => Promise<void>): Promise<boolean> {
  const start = performance.now();
  const notes: string[] = [];
  let verdict = "pass";
  try {
    await body((...lines) => notes.push(...lines));
    counts.passed++;
  } catch (error) {
    verdict = "FAIL";
    counts.failed++;
    notes.push(...(error as Error).message.trim().split("\n").slice(0, 20));
  }
  console.log(`${verdict}  ${seconds(start).toFixed(1).padStart(5)} s  ${name}`);
  for (const note of notes) console.log(`               ${note}`);
  return verdict === "pass";
}

export const counted = (): Readonly<typeof counts> => ({ ...counts });

/** Prints the sum; says whether all is well. */
export function sum(): boolean {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0;
}

export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Asks, with `pause` milliseconds between, until `probe` gives something; returns that. Fails after `limit` seconds. */
export async function until<T>(what: string, limit: number, probe: () => Promise<T | false | undefined> | T | false | undefined, pause = 1000): Promise<T> {
  const start = performance.now();
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (seconds(start) > limit) throw new Error(`${what}: not within ${limit} s`);
    await sleep(pause);
  }
}

/** `m6id.2xlarge x2, c6id.4xlarge` */
export function tally(values: readonly string[]): string {
  const counted = new Map<string, number>();
  for (const value of values) counted.set(value, (counted.get(value) ?? 0) + 1);
  const text = [...counted].sort().map(([value, count]) => (count > 1 ? `${value} x${count}` : value));
  return text.join(", ") || "none";
}

export { sleep };
