import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { PROJECT } from "./scenarios";

/** Names of the commands: a file each. */
export const COMMANDS = readdirSync(join(PROJECT, "commands")).map((file) => file.replace(".ts", ""));

/**
 * Builds `main.js` and `commands/*.js` as `npm run build` does, once for all files of a run, into a folder of the run's
 * own: tests run side by side, and one must not overwrite what another runs.
 */
export function builtCommands(): string {
  const folder = join(process.env.TEST_RUN!, "built");
  if (existsSync(folder)) return folder;
  mkdirSync(process.env.TEST_RUN!, { recursive: true });
  const building = mkdtempSync(`${folder}-`);
  buildSync({
    absWorkingDir: PROJECT,
    entryPoints: ["main.ts", ...COMMANDS.map((name) => `commands/${name}.ts`)],
    bundle: true,
    packages: "external",
    platform: "node",
    outbase: PROJECT,
    outdir: building,
    logLevel: "warning",
  });
  try {
    renameSync(building, folder);
  } catch (error) {
    // Another process has built it meanwhile.
    if (!existsSync(folder)) throw error;
    rmSync(building, { recursive: true });
  }
  return folder;
}
