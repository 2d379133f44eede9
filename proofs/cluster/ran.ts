import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { check } from "../report/steps";

/** A command that ended. */
export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
  /** The most that it and all that it started had in memory at once, by looks twice a second; and it alone. */
  readonly megabytes: { readonly all: number; readonly alone: number };
}

export async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const began = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const most = { all: 0, alone: 0 };
  const looking = setInterval(() => {
    const { all, alone } = resident(child.pid!);
    most.all = Math.max(most.all, all);
    most.alone = Math.max(most.alone, alone);
  }, 500);
  const code = await new Promise<number>((ended, failed) => child.on("error", failed).on("close", (status) => ended(status ?? 1)));
  clearInterval(looking);
  return { code, output, seconds: Math.round((performance.now() - began) / 100) / 10, megabytes: most };
}

/** A command that ended as it should. */
export function succeeded(ran: Ran, code = 0): Ran {
  check(ran.code === code, `exit code ${ran.code}, not ${code}\n${ran.output.slice(-4000)}`);
  return ran;
}

const PAGE = 4096;

function resident(root: number): { all: number; alone: number } {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      // After the program's name, which may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
      return [{ pid: Number(pid), parent: Number(fields[1]), megabytes: Math.round((Number(fields[21]) * PAGE) / 2 ** 20) }];
    } catch {
      return [];
    }
  });
  const below = (pid: number): typeof processes => processes.filter(({ parent }) => parent === pid).flatMap((each) => [each, ...below(each.pid)]);
  const alone = processes.find(({ pid }) => pid === root)?.megabytes ?? 0;
  return { alone, all: below(root).reduce((sum, { megabytes }) => sum + megabytes, alone) };
}
