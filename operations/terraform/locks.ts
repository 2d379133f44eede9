import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../modules/user-error";
import type { RunTerraform } from "./terraform";

/** Machines for which the committed files hold checksums of every provider: CI's, and those that people have. */
export const LOCK_PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_arm64"] as const;
/** Folder of the committed lock files; they cannot lie beside the stacks, which are written anew each time. */
export const LOCKS = "locks";

const committed = (locks: string, stack: string) => join(locks, `${stack}.terraform.lock.hcl`);
const used = (directory: string) => join(directory, ".terraform.lock.hcl");

/**
 * Puts a stack's committed lock file beside it.
 * @returns the argument of `terraform init` that forbids any other provider; none where no file is committed.
 */
export function useLock(locks: string, stack: string, directory: string): string[] {
  const file = committed(locks, stack);
  if (!existsSync(file)) return [];
  copyFileSync(file, used(directory));
  return ["-lockfile=readonly"];
}

/** Asks the registry for the checksums of a stack's providers, and writes the file to commit. */
export async function updateLock(run: RunTerraform, locks: string, stack: string, directory: string): Promise<string> {
  const ended = await run(directory, ["providers", "lock", "-no-color", ...LOCK_PLATFORMS.map((platform) => `-platform=${platform}`)]);
  if (ended.code !== 0) throw new UserError(`\nthe registry has no checksums for ${stack}; nothing of it was written:\n${ended.output.trim()}`);
  mkdirSync(locks, { recursive: true });
  copyFileSync(used(directory), committed(locks, stack));
  return committed(locks, stack);
}
