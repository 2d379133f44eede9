import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../modules/user-error";

/** Signals that ask a command to end: Ctrl-C, a supervisor, a terminal that closes. */
const HELD = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Why a command was asked to end; `SIGPIPE` if nobody reads any more what it says. */
export type Reason = (typeof HELD)[number] | "SIGPIPE";

/**
 * Signals closer together than this count as one: of one Ctrl-C in `npm run`, both the terminal and npm send a signal.
 * Terraform, which gives up at its second, must not take that for two.
 */
const ONE_INTERRUPT_MS = 1000;

const FIRST = `
Interrupted. Terraform ends what it has begun and saves it in the state; wait for it.
`;
const SECOND = `
Terraform is still saving what it has made. If it is stopped now, what it is making is in no state: you have to find it in
AWS and delete it by hand, and the lock on the state may stay. Interrupt once more to do that, or wait.
`;
const LAST = `
Terraform is told to give up.
`;

/** A command was asked to end, and ended when Terraform had. Exit code: 128 and the signal's number, as for a shell. */
export class Interrupted extends UserError {
  constructor(
    message: string,
    readonly reason: Reason,
  ) {
    super(message, { exitCode: exitCodeOf(reason) });
  }
}

const exitCodeOf = (reason: Reason): number => 128 + constants.signals[reason];

let holding = false;
let running: ChildProcess | undefined;
let reason: Reason | undefined;
let interrupts = 0;
let lastSignal = -Infinity;

/** Why this process was asked to end, if it was. */
export const interruptedBy = (): Reason | undefined => reason;

let stopping: AbortController | undefined;

/**
 * Runs work that must undo what it has begun: at a signal, or when nobody reads any more, what it is given is aborted with
 * the reason, and the process ends when the work has. Another interrupt ends it at once, after `left` is said.
 */
export async function interruptible<T>(work: (stopped: AbortSignal) => Promise<T>, left: string): Promise<T> {
  const controller = new AbortController();
  const onStop = (signal: (typeof HELD)[number]) => {
    const now = performance.now();
    const repeated = now - lastSignal < ONE_INTERRUPT_MS;
    lastSignal = now;
    if (!controller.signal.aborted) controller.abort(new Interrupted("Interrupted.", signal));
    else if (!repeated) {
      process.stderr.write(`${left}\n`);
      process.exit(exitCodeOf(signal));
    }
  };
  for (const signal of HELD) process.on(signal, onStop);
  stopping = controller;
  try {
    return await work(controller.signal);
  } finally {
    stopping = undefined;
    for (const signal of HELD) process.off(signal, onStop);
  }
}

/** From now on a signal ends this process in order: not before Terraform has ended, and with what `process.on("exit")` has to do. */
export function holdSignals(): void {
  if (holding) return;
  holding = true;
  for (const signal of HELD) process.on(signal, onSignal);
}

/** Lets signals wait for a running Terraform, and passes them on. @returns what to call when it has ended. */
export function holdSignalsFor(child: ChildProcess): () => void {
  holdSignals();
  running = child;
  return () => {
    if (running === child) running = undefined;
  };
}

function onSignal(signal: (typeof HELD)[number]): void {
  const now = performance.now();
  const repeated = now - lastSignal < ONE_INTERRUPT_MS;
  lastSignal = now;
  reason ??= signal;
  if (running === undefined) {
    if (!repeated) process.stderr.write("\nInterrupted; Terraform was not running.\n");
    process.exit(exitCodeOf(reason));
  }
  if (repeated) return;
  interrupts += 1;
  process.stderr.write([FIRST, SECOND][interrupts - 1] ?? LAST);
  // Terraform saves its state at the first; any more make it give up. SIGTERM would do the same but for its providers.
  if (interrupts !== 2) running.kill("SIGINT");
}

/** Nobody reads what this process says: it ends, but not before Terraform, or before it has undone what it must. */
export function readerIsGone(): void {
  if (stopping !== undefined) {
    stopping.abort(new Interrupted("Nobody reads this any more.", "SIGPIPE"));
    return;
  }
  if (running === undefined) process.exit(holding ? exitCodeOf(reason ?? "SIGPIPE") : 0);
  reason ??= "SIGPIPE";
}
