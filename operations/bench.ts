import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

/** Runs of each size. */
const RUNS = 10;
/** What one fleet may take, at the median. */
const LIMITS = { seconds: 1.5, megabytes: 250 };

/** Numbers of fleets that are measured. */
export const FLEETS = [1, 10, 100];

/** A configuration with so many fleets of two sizes, and support nodes that have room for their listeners. */
export const benchConfig = (fleets: number): string => {
  const names = Array.from({ length: fleets }, (_, i) => `f${i}`);
  const size = (cpu: number) => `{cpu: ${cpu}, memory: ${cpu * 4}Gi, max: 10}`;
  return [
    "name: bench",
    "region: eu-west-1",
    "github: {organization: acme, secret: bench/github}",
    `cluster: {supportNodes: {count: ${2 + Math.ceil(fleets / 10)}}}`,
    "fleets:",
    ...names.map((name) => `  - {name: ${name}, runners: [${size(2)}, ${size(4)}]}`),
  ].join("\n");
};

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

function synth(program: string, directory: string): Run {
  const start = process.hrtime.bigint();
  // The child tells its own peak on descriptor 3; Node does not say it of a child that has ended.
  const peak = 'process.on("exit",()=>require("fs").writeSync(3,String(process.resourceUsage().maxRSS)))';
  writeFileSync(join(directory, "peak.cjs"), peak);
  const child = spawnSync(process.execPath, ["--require", join(directory, "peak.cjs"), program], {
    env: {
      ...process.env,
      DAGGER_CI_CONFIG: join(directory, "config.yaml"),
      CDKTF_OUTDIR: join(directory, "cdktf.out"),
    },
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (child.status !== 0) throw new Error(`the synth ended with exit code ${String(child.status)}`);
  return { seconds, megabytes: Number(child.output[3]) / 1024 };
}

function row(label: string, values: number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const shown = [sorted[0]!, sorted[Math.floor((sorted.length - 1) / 2)]!, sorted.at(-1)!];
  return `${label.padEnd(24)}${shown.map((value) => value.toFixed(digits).padStart(9)).join("")}`;
}

/**
 * Measures how long a synth of all stacks takes, and how much memory, as a whole process with its start, for 1, 10 and
 * 100 fleets. `program` is the built main file.
 * @returns 1 if one fleet takes more than the project allows itself, otherwise 0.
 */
export function bench(program: string, { log, error }: Pick<Console, "log" | "error">): 0 | 1 {
  let code: 0 | 1 = 0;
  const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-bench-"));
  try {
    log(`${RUNS} runs each on ${cpus().length} x ${cpus()[0]?.model ?? "unknown CPU"}, Node ${process.version}`);
    log(`${"".padEnd(24)}${["min", "median", "max"].map((word) => word.padStart(9)).join("")}`);
    for (const fleets of FLEETS) {
      writeFileSync(join(directory, "config.yaml"), benchConfig(fleets));
      const runs = Array.from({ length: RUNS }, () => synth(program, directory));
      const label = fleets === 1 ? "1 fleet" : `${fleets} fleets`;
      log(row(`${label}, wall s`, runs.map((run) => run.seconds), 2));
      log(row(`${label}, peak MB`, runs.map((run) => run.megabytes), 0));
      const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor((RUNS - 1) / 2)]!;
      const slow = median(runs.map((run) => run.seconds)) > LIMITS.seconds;
      const large = median(runs.map((run) => run.megabytes)) > LIMITS.megabytes;
      if (fleets === 1 && (slow || large)) {
        error(`over the limit of ${LIMITS.seconds} s and ${LIMITS.megabytes} MB`);
        code = 1;
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return code;
}
