import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { foldersOf, missing, proofOf, proofs, type Proof } from "./proofs";

/** The proofs with what they show, need and last showed. */
export function proofsText(): string {
  const blocks = proofs().map((proof) => {
    const lacks = missing(proof, process.env);
    return [
      proof.name,
      `    ${proof.shows}`,
      ...(proof.figures ? [`    last held on ${proof.figures.date}: ${proof.figures.result}`] : ["    never kept"]),
      ...(lacks.length > 0 ? lacks.map((sentence) => `    cannot run here: ${sentence}`) : ["    can run here"]),
    ].join("\n");
  });
  return `${blocks.join("\n\n")}\n\nnpm run prove -- <name> runs one; each has a README.md in its folder.`;
}

/** A proof's exit code when it finds only on its way that a part is missing, and has said which. */
const LEFT_OUT = 77;

/**
 * Runs a proof, its output as it comes. Where a part is missing it is left out with a sentence, which is no failure.
 * With `keep`, a proof that holds leaves its last line, this machine and the figures that it gives in its `figures.json`.
 * @returns the exit code.
 */
export async function prove(name: string, more: readonly string[], { keep = false }: { readonly keep?: boolean }): Promise<number> {
  const proof = proofOf(name);
  const lacks = missing(proof, process.env);
  if (lacks.length > 0) {
    console.log(`${name}: left out\n${lacks.map((sentence) => `    ${sentence}`).join("\n")}`);
    return 0;
  }
  const work = mkdtempSync(join(tmpdir(), "dagger-on-eks-prove-"));
  try {
    return await runAndSay(proof, more, join(work, "figures.json"), keep);
  } finally {
    rmSync(work, { recursive: true });
  }
}

async function runAndSay(proof: Proof, more: readonly string[], figuresFile: string, keep: boolean): Promise<number> {
  const { name } = proof;
  const began = performance.now();
  const { code, last } = await run(proof, more, figuresFile);
  if (code === LEFT_OUT) {
    console.log(`${name}: left out`);
    return 0;
  }
  const took = Math.round((performance.now() - began) / 1000);
  console.log(`${name}: ${code === 0 ? "holds" : `does not hold (exit code ${code})`}, ${took} s`);
  if (keep && code === 0) keepFigures(proof, { result: last, seconds: took }, figuresFile);
  return code;
}

/** The proof writes its own figures, if it has any, as JSON to the file that the variable FIGURES_FILE names. */
function run({ folder, ...proof }: Proof, more: readonly string[], figuresFile: string): Promise<{ code: number; last: string }> {
  return new Promise((ended, failed) => {
    const child = spawn(join(folder, "run"), [...foldersOf({ folder, ...proof }, process.env), ...more], { stdio: ["inherit", "pipe", "inherit"], env: { ...process.env, FIGURES_FILE: figuresFile } });
    let last = "";
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      process.stdout.write(text);
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      last = lines.findLast((line) => line.trim() !== "") ?? last;
    });
    // A proof takes down what it started; the terminal gives Ctrl-C to both.
    const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
    process.on("SIGTERM", passOn).on("SIGINT", () => undefined);
    child.on("error", failed).on("close", (code, signal) => {
      process.off("SIGTERM", passOn);
      ended({ code: code ?? (signal === "SIGINT" ? 130 : 143), last: (rest || last).trim() });
    });
  });
}

function keepFigures({ folder }: Proof, now: { readonly result: string; readonly seconds: number }, figuresFile: string): void {
  const given = existsSync(figuresFile) ? (JSON.parse(readFileSync(figuresFile, "utf8")) as object) : {};
  const { model } = cpus()[0] ?? { model: "unknown" };
  const own = { date: new Date().toISOString().slice(0, 10), ...now, machine: `${cpus().length} cores, ${model.trim()}`, node: process.versions.node };
  // Its own come first, and count: a proof that gives those of earlier runs again gives their day, too.
  writeFileSync(join(folder, "figures.json"), `${JSON.stringify({ ...own, ...given, ...own }, null, 2)}\n`);
}
