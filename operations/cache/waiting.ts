import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../modules/user-error";
import { duration } from "../duration";

export type Say = (line: string) => void;

/** How often the cluster is asked whether something has happened. */
const POLL_MS = 1000;
/** How often a wait says what it still waits for. */
const WORD_MS = 30_000;

/** What is awaited, or the reason of `stopped` when that comes first. */
export async function orStopped<T>(awaited: Promise<T>, stopped?: AbortSignal): Promise<T> {
  if (stopped === undefined) return await awaited;
  let onStop: (() => void) | undefined;
  const stop = new Promise<never>((_resolve, reject) => {
    onStop = () => reject(stopped.reason as Error);
    if (stopped.aborted) onStop();
    else stopped.addEventListener("abort", onStop);
  });
  try {
    return await Promise.race([awaited, stop]);
  } finally {
    stopped.removeEventListener("abort", onStop!);
  }
}

export interface Wait {
  /** Longest wait. */
  readonly seconds: number;
  readonly stopped: AbortSignal;
  readonly say: Say;
}

/**
 * Asks again and again what is still waited for, in words, until it is nothing; says it at each change and every half minute.
 * @throws UserError with those words when the time is over.
 */
export async function waitUntilNothing(look: () => Promise<string | undefined>, { seconds, stopped, say }: Wait): Promise<void> {
  const start = Date.now();
  let said: string | undefined;
  let lastWord = 0;
  for (;;) {
    const waits = await orStopped(look(), stopped);
    if (waits === undefined) return;
    const now = Date.now();
    const passed = Math.round((now - start) / 1000);
    if (passed >= seconds) throw new UserError(`${waits}, for ${duration(passed)} now`);
    if (waits !== said || now - lastWord >= WORD_MS) {
      say(passed === 0 ? `    ${waits}` : `    ${waits} (${duration(passed)})`);
      said = waits;
      lastWord = now;
    }
    await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => stopped.throwIfAborted());
  }
}
