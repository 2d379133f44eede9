import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { PROJECT } from "./project";

/** Names of the commands: a file each. */
export const COMMANDS = readdirSync(join(PROJECT, "commands")).map((file) => file.replace(".ts", ""));

/**
 * Builds `main.js` and `commands/*.js` as `npm run build` does, into a folder of their own: tests run side by side, and
 * one must not overwrite what another runs. Gone after the tests of the file that calls this.
 */
export function builtCommands(): string {
  const parent = join(PROJECT, "dist");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "test-"));
  buildSync({
    absWorkingDir: PROJECT,
    entryPoints: ["main.ts", ...COMMANDS.map((name) => `commands/${name}.ts`)],
    bundle: true,
    packages: "external",
    platform: "node",
    outbase: PROJECT,
    outdir: folder,
    logLevel: "warning",
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
