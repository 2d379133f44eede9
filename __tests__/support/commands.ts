import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
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

export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Call {
  readonly cwd: string;
  /** All of its environment. Default: that of the tests. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Calls built files, such as `commands/plan.js`, as if each ran in a process of its own; see call-commands.mjs. Not for what
 * is about a process itself: signals, pipes, terminals, and what it leaves when it is killed.
 */
export function commandCalls(): (file: string, args: readonly string[], call: Call) => Promise<Called> {
  const built = builtCommands();
  let child: ChildProcess | undefined;
  afterAll(async () => {
    if (child?.kill()) await once(child, "exit");
  });
  return (file, args, { cwd, env = process.env }) =>
    new Promise((resolve, reject) => {
      child ??= fork(join(__dirname, "call-commands.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
      const died = (code: number | null) => reject(new Error(`${file} ended with ${code} and took its process along`));
      child.once("exit", died);
      child.once("message", (called: Called) => {
        child?.off("exit", died);
        resolve(called);
      });
      child.send({ file: join(built, file), args, cwd, env });
    });
}
