import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A process, told from a later one that got its number. */
export interface Process {
  readonly pid: number;
  /** When it started, in the system's own words; empty where that cannot be known. */
  readonly start: string;
}

export const processOf = (pid: number): Process => ({ pid, start: look(pid)?.start ?? "" });
export const thisProcess = (): Process => processOf(process.pid);

/** Whether a process still runs. One that has ended and whose parent has not noticed does not. */
export function isRunning({ pid, start }: Process): boolean {
  const now = look(pid);
  return now !== undefined && !now.state.startsWith("Z") && (now.start === start || now.start === "" || start === "");
}

function look(pid: number): { state: string; start: string } | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  return existsSync("/proc/self/stat") ? fromProc(pid) : fromPs(pid);
}

/** Linux. The name in parentheses may hold anything; after it come the state and, 19 fields on, the start (proc(5)). */
function fromProc(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** macOS and the BSDs. */
function fromPs(pid: number): { state: string; start: string } | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (status !== 0) return { state: "", start: "" };
  const [state = "", ...start] = stdout.trim().split(/\s+/);
  return { state, start: start.join(" ") };
}
