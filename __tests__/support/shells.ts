import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where shell texts are run: what calls itself a shell, and the tools beside it. */
export interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  /** PATH of its tools. */
  readonly path: string;
}

const root = mkdtempSync(join(tmpdir(), "shells-"));
process.once("exit", () => rmSync(root, { recursive: true, force: true }));
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** The system's own shell, and BusyBox with its tools only, which engine images have, where it is installed. */
export const shells: readonly Shell[] = [
  { name: has("dash") ? "dash" : "sh", command: [has("dash") ? "dash" : "sh"], path: process.env.PATH! },
  ...(has("busybox") ? [busybox()] : []),
];

function busybox(): Shell {
  const tools = join(root, "busybox");
  mkdirSync(tools);
  spawnSync("busybox", ["--install", "-s", tools]);
  return { name: "busybox", command: [join(tools, "sh")], path: tools };
}

let programs = 0;
/** A folder with programs made of shell texts, to stand in for what a test has not. */
export function standIns(texts: Readonly<Record<string, string>>): string {
  const folder = join(root, `programs-${++programs}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/**
 * A clock for a command that waits, in a file: time passes when the command sleeps, and then nearly at once. What it
 * waits for meanwhile is real, so nothing depends on how busy the machine is.
 */
export class Clock {
  private readonly file = join(root, `clock-${++programs}`);
  constructor() {
    writeFileSync(this.file, "0\n");
  }

  /** Seconds that have passed. */
  seconds = () => Number(readFileSync(this.file, "utf8"));

  /** A line of shell after which so many seconds more have passed. */
  pass = (seconds: string): string => `echo $(($(cat ${this.file}) + ${seconds})) >${this.file}.new && mv ${this.file}.new ${this.file}`;

  /** The command with `date +%s` and `sleep` of this clock, as shell functions; a part of a second is ten, since there are many. */
  on = ([shell, flag, text]: readonly string[]): string[] => [
    shell!,
    flag!,
    `date() { if [ "$*" = +%s ]; then cat ${this.file}; else command date "$@"; fi; }
sleep() { case $1 in *.*) ${this.pass("10")} ;; *) ${this.pass("$1")} ;; esac; /bin/sleep 0.01; }
${text!}`,
  ];
}

/** A name for Node itself, so that a process has the name that a script looks for. */
export function nodeNamed(name: string): string {
  const folder = join(root, `node-${++programs}`);
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, name));
  return join(folder, name);
}

export interface Ran {
  readonly status: number | null;
  readonly output: string;
  readonly milliseconds: number;
}
/** The end of a process, and what it wrote. */
export function ended(child: ChildProcess): Promise<Ran> {
  const start = Date.now();
  let output = "";
  const add = (data: Buffer) => (output += data.toString());
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output, milliseconds: Date.now() - start })));
}

export interface How {
  readonly env?: NodeJS.ProcessEnv;
  /** A folder of programs to find before the shell's own. */
  readonly path?: string;
  /** Without pipes, which Node makes of sockets. */
  readonly silent?: boolean;
}

/** Starts a container's command, such as `["sh", "-c", text]`, in a shell. */
export function start(shell: Shell, command: readonly string[], { env = {}, path = "", silent = false }: How = {}, enter: readonly string[] = []) {
  const PATH = path === "" ? shell.path : `${path}:${shell.path}`;
  // What enters namespaces may be missing among the shell's own tools.
  const before = enter.length === 0 ? [] : [...enter, "/usr/bin/env", `PATH=${PATH}`];
  const [program, ...args] = [...before, ...(command[0] === "sh" ? [...shell.command, ...command.slice(1)] : command)];
  return spawn(program!, args, {
    env: { PATH: enter.length === 0 ? PATH : process.env.PATH, ...env },
    stdio: silent ? "ignore" : "pipe",
  });
}

/** Runs a container's command in a shell to its end. */
export const run = (shell: Shell, command: readonly string[], env: NodeJS.ProcessEnv = {}, path = ""): Promise<Ran> =>
  ended(start(shell, command, { env, path }));

/** Network, PID and mount namespaces of its own, as a pod has. */
export class Pod {
  private constructor(private readonly holder: ChildProcess, private readonly first: string, private readonly log: string) {}

  static async start(): Promise<Pod> {
    // A file, and no pipe: Node makes sockets of those, which nobody can open by their names in /proc.
    const log = join(root, `log-${++programs}`);
    const holder = spawn("unshare", [...NAMESPACES, "--kill-child", "sh", "-c", "echo; exec sleep 600"], {
      stdio: ["ignore", "pipe", openSync(log, "a")],
    });
    await new Promise((resolve) => holder.stdout!.once("data", resolve));
    const first = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").trim();
    return new Pod(holder, first, log);
  }

  /** What was written to the standard error of its first process: the container's log. */
  said = (): string => readFileSync(this.log, "utf8");

  /** Starts a command inside. */
  spawn(shell: Shell, command: readonly string[], how: How = {}): ChildProcess {
    return start(shell, command, how, ["nsenter", "--target", this.first, "--net", "--pid", "--mount", "--"]);
  }

  async stop(): Promise<void> {
    const gone = ended(this.holder);
    process.kill(Number(this.first), "SIGKILL");
    await gone;
  }
}

const NAMESPACES = ["--net", "--pid", "--mount", "--mount-proc", "--fork"];
const allowed = process.platform === "linux" && spawnSync("unshare", [...NAMESPACES, "true"]).status === 0;
/** A test that needs namespaces of its own; where it may make none it is skipped, and its name says why. */
export const testInNamespaces: typeof test.skip = allowed
  ? test
  : (((name: string, ...rest: [() => void]) =>
      test.skip(`${name} (needs root on Linux, for namespaces of its own)`, ...rest)) as typeof test.skip);
