import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../modules/user-error";
import { holdSignals } from "../interrupt";
import { isRunning, thisProcess, processOf, type Process } from "./processes";

/** Who works in an output folder, as it is kept in a file there. */
interface Owner extends Process {
  /** Which of the owners of this name. */
  readonly id: string;
  readonly command: string;
  readonly host: string;
  readonly since: string;
  /** The Terraform that it runs at this moment, which lives on if the owner is killed. */
  readonly terraform?: Process;
}

const LOCK = "in-use.json";
const PRIVATE = "private-";
/** How often, and how long after each other, to look at a lock that another process is just writing. */
const LOOKS = 20;
const LOOK_MS = 50;
const lockFile = (outdir: string) => join(outdir, LOCK);

let held: { readonly outdir: string; owner: Owner } | undefined;

/**
 * Takes an output folder for this process until it ends. Commands that write there would take each other's stacks and
 * plans for their own.
 * @throws UserError if another command works there.
 */
export function lockFolder(outdir: string, command: string): void {
  mkdirSync(outdir, { recursive: true });
  const owner: Owner = { ...thisProcess(), id: randomUUID(), command, host: hostname(), since: new Date().toISOString() };
  while (!takeLock(outdir, owner)) {
    const other = readOwner(outdir);
    if (other === undefined) continue;
    refuseIfRunning(outdir, other);
    dropLock(outdir, other);
  }
  held = { outdir, owner };
  // What a killed command left.
  for (const name of readdirSync(outdir)) if (name.startsWith(PRIVATE)) rmSync(join(outdir, name), { recursive: true, force: true });
  holdSignals();
  process.on("exit", () => {
    for (const folder of privateFolders) rmSync(folder, { recursive: true, force: true });
    if (readOwner(outdir)?.id === owner.id) rmSync(lockFile(outdir));
  });
}

/** Says who works in an output folder. @throws UserError if anybody does. */
export function refuseIfLocked(outdir: string): void {
  const owner = readOwner(outdir);
  if (owner !== undefined) refuseIfRunning(outdir, owner);
}

const privateFolders: string[] = [];

/** A folder that only this process uses and that goes with it, for plans that nobody may replace or read. */
export function privateFolder(outdir: string): string {
  const folder = mkdtempSync(join(outdir, PRIVATE));
  privateFolders.push(folder);
  return folder;
}

/** Keeps in the lock which Terraform runs, since it outlives its owner. */
export function noteTerraform(pid: number | undefined): void {
  if (held === undefined) return;
  const { terraform: _ended, ...owner } = held.owner;
  held.owner = pid === undefined ? owner : { ...owner, terraform: processOf(pid) };
  const next = `${lockFile(held.outdir)}.${owner.id}`;
  try {
    writeFileSync(next, JSON.stringify(held.owner), { mode: 0o600 });
    renameSync(next, lockFile(held.outdir));
  } catch (error) {
    // Somebody deleted the folder. Terraform will say more of it.
    if (!isAbsent(error)) throw error;
  }
}

const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

/** Makes the lock, or finds another there. */
function takeLock(outdir: string, owner: Owner): boolean {
  try {
    writeFileSync(lockFile(outdir), JSON.stringify(owner), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOwner(outdir: string): Owner | undefined {
  for (let look = 1; ; look++) {
    try {
      return JSON.parse(readFileSync(lockFile(outdir), "utf8")) as Owner;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      if (look === LOOKS) throw new UserError(`${lockFile(outdir)} cannot be read: if no command works in ${outdir}, delete that file`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
  }
}

function refuseIfRunning(outdir: string, { pid, start, command, host, since, terraform }: Owner): void {
  const who = `${command} (process ${pid}${host === hostname() ? "" : ` on ${host}`}, since ${since})`;
  const another = `or use another folder: CDKTF_OUTDIR=${outdir}-2`;
  if (host !== hostname()) {
    throw new UserError(`${who} works in ${outdir}: wait for it, ${another}. If it does not run any more, delete ${lockFile(outdir)}`);
  }
  if (isRunning({ pid, start })) throw new UserError(`${who} works in ${outdir}: wait for it, ${another}`);
  if (terraform !== undefined && isRunning(terraform)) {
    throw new UserError(
      `${who} was killed, but its Terraform (process ${terraform.pid}) still works in ${outdir} and saves what it does: wait for it. ` +
        `To stop it in order: kill -INT ${terraform.pid}`,
    );
  }
}

/** Takes away the lock of a process that is gone; not that of one which was quicker to take its place. */
function dropLock(outdir: string, gone: Owner): void {
  const aside = `${lockFile(outdir)}.${randomUUID()}`;
  try {
    renameSync(lockFile(outdir), aside);
    const owner = JSON.parse(readFileSync(aside, "utf8")) as Owner;
    if (owner.id !== gone.id) takeLock(outdir, owner);
    rmSync(aside);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
