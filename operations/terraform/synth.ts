import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../modules/load-config";
import { lockFolder } from "./folder-lock";
import { outputFolder } from "./stacks";

/**
 * Takes the output folder for a command, and synthesises all stacks of the configuration into it.
 * @param command its name, for others who want the folder.
 * @returns the folder.
 */
export async function synthesizeConfigured(command: string): Promise<string> {
  const config = loadConfig();
  const outdir = outputFolder();
  lockFolder(outdir, command);
  // Loaded only when asked for: the bindings take most of a second.
  const { synthesize } = await import("../../stacks/app");
  return synthesize(config, outdir);
}

/** Takes the output folder for a command, with what was synthesised there before. */
export function useSynthesized(command: string): string {
  const outdir = outputFolder();
  if (existsSync(outdir)) lockFolder(outdir, command);
  return outdir;
}

/** As above, into a folder of its own, beside what was synthesised before. */
export async function synthesizeApart(config = loadConfig()): Promise<string> {
  const { synthesize } = await import("../../stacks/app");
  return synthesize(config, mkdtempSync(join(tmpdir(), "dagger-on-eks-base-")));
}
