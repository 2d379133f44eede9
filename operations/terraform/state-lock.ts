import { errorsIn, errorText } from "./diagnostics";
import type { Ended, RunTerraform } from "./terraform";

const NOT_AT_ALL = "-lock-timeout=0s";
/** How long to wait for somebody else's lock on the state. */
const PATIENCE = "-lock-timeout=10m";

const LOCKED = "Error acquiring the state lock";
const isLocked = (text: string) => text.includes(LOCKED);

export interface LockedOptions {
  readonly echo?: boolean;
  /** Is told at once for whose lock Terraform waits. Default: a line on standard error. */
  readonly waiting?: (text: string) => void;
}

/**
 * Runs a command of Terraform that holds the lock on its state meanwhile. Terraform waits for somebody else's lock without
 * a word, and names who has it only when it gives up: so it gives up at once the first time, and waits the second time.
 * @param args the command, given its argument about the lock.
 */
export async function runLocked(
  run: RunTerraform,
  directory: string,
  args: (lock: string) => readonly string[],
  { echo = false, waiting = (text) => process.stderr.write(`${text}\n`) }: LockedOptions = {},
): Promise<Ended> {
  const first = await run(directory, args(NOT_AT_ALL), { echo, unless: isLocked });
  const holder = first.code === 0 ? undefined : lockHolder(first.output);
  if (holder === undefined) return first;
  waiting(`waits for the lock of ${holder}, for 10 minutes at most`);
  return run(directory, args(PATIENCE), { echo });
}

/**
 * `jane@laptop (apply) since 2026-11-26 02:13:14 UTC`; nothing where Terraform failed for another reason. Of a lock in HCP
 * Terraform, and of some on servers, Terraform tells its own name and not that of who holds it.
 */
export function lockHolder(output: string): string | undefined {
  if (!isLocked(output)) return undefined;
  // A plan tells its errors as JSON, other commands as text.
  const text = errorText(errorsIn(output)) || output;
  const field = (name: string) => new RegExp(`^\\W*${name}: +(\\S.*?)\\s*$`, "m").exec(text)?.[1];
  const workspace = /workspace already\s+locked\s+\(lock\s+ID:\s+"([^"]+)"\)/.exec(text)?.[1];
  if (workspace !== undefined) return `somebody, of whom the workspace ${workspace} tells`;
  const lock = /already\s+locked:\s+ID=(\S+)/.exec(text)?.[1];
  if (lock !== undefined && lock !== field("ID")) return `somebody (lock ${lock})`;
  const operation = field("Operation")?.replace(/^OperationType/, "").toLowerCase();
  const since = /^(\S+ \d\d:\d\d:\d\d)\S* \S+ (\S+)$/.exec(field("Created") ?? "");
  return [field("Who") ?? "somebody", ...(operation ? [`(${operation})`] : []), ...(since ? [`since ${since[1]!} ${since[2]!}`] : [])].join(" ");
}
