import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type BuildOptions } from "esbuild";
import { PROJECT } from "./scenarios";

/** Names of the commands: a file each. */
export const COMMANDS = readdirSync(join(PROJECT, "commands")).map((file) => file.replace(".ts", ""));

/**
 * Builds `main.js` and `commands/*.js` as `npm run build` does, once for all files of a run, into a folder of the run's
 * own: tests run side by side, and one must not overwrite what another runs.
 */
export const builtCommands = (): string =>
  buildOnce("built", { bundle: true, packages: "external", entryPoints: ["main.ts", ...COMMANDS.map((name) => `commands/${name}.ts`)] });

/** Builds the same, each file of the project for itself: so what calls have in common is loaded once for all of them. */
function builtApart(): string {
  const files = ["modules", "stacks", "operations", "commands"].flatMap((room) => readdirSync(join(PROJECT, room), { encoding: "utf8", recursive: true }).map((file) => join(room, file)));
  const entryPoints = ["main.ts", ...files.filter((file) => /\.(ts|json)$/.test(file))];
  return buildOnce("apart", { entryPoints, loader: { ".json": "copy" }, supported: { "dynamic-import": false } });
}

function buildOnce(name: string, options: BuildOptions): string {
  const folder = join(process.env.TEST_RUN!, name);
  if (existsSync(folder)) return folder;
  mkdirSync(process.env.TEST_RUN!, { recursive: true });
  const building = mkdtempSync(`${folder}-`);
  buildSync({ ...options, absWorkingDir: PROJECT, platform: "node", format: "cjs", outbase: PROJECT, outdir: building, logLevel: "warning" });
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
/** A command that runs, and what it has said until now. */
export interface Calling {
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Called>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const { kept } = globalThis as unknown as { kept: Map<"host", ChildProcess> };

/** The process in which this worker of Jest calls commands, in one file of tests after another; see worker.ts. */
function hostOfWorker(): ChildProcess {
  const known = kept.get("host");
  if (known?.exitCode === null && known.signalCode === null) return known;
  const host = fork(join(__dirname, "call-commands.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
  kept.set("host", host);
  return host;
}

/**
 * Starts built files, such as `commands/plan.js`, one after another and as if each ran in a process of its own; see
 * call-commands.mjs. Not for what is about a process itself: pipes, terminals, and what it leaves when it is killed.
 */
export function commandStarts(): (file: string, args: readonly string[], call: Call) => Calling {
  const apart = builtApart();
  let busy: ChildProcess | undefined;
  // A command that a test leaves behind is not in the way of the next.
  afterEach(async () => {
    const host = busy?.removeAllListeners();
    busy = undefined;
    if (host?.kill("SIGKILL")) await once(host, "exit");
  });
  return (file, args, { cwd, env = process.env }) => {
    const host = (busy = hostOfWorker());
    host.ref();
    host.channel!.ref();
    const said = { stdout: "", stderr: "" };
    const ended = new Promise<Called>((resolve, reject) => {
      const died = (code: number | null, signal: string | null) => reject(new Error(`${file} ended with ${code ?? signal} and took its process along`));
      const hear = ({ stdout = "", stderr = "", status }: Partial<Called>) => {
        said.stdout += stdout;
        said.stderr += stderr;
        if (status === undefined) return;
        host.off("exit", died).off("message", hear);
        // While nothing is called it keeps nobody.
        host.unref();
        host.channel!.unref();
        busy = undefined;
        resolve({ status, ...said });
      };
      host.once("exit", died).on("message", hear);
    });
    host.send({ folder: apart, file, args, cwd, env });
    return { said, ended, kill: (signal) => void host.kill(signal) };
  };
}

/** As `commandStarts`, each to its end. */
export function commandCalls(): (file: string, args: readonly string[], call: Call) => Promise<Called> {
  const start = commandStarts();
  return (...what) => start(...what).ended;
}
