import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { foldersOf, missing, proofOf, proofs, type Figures, type Proof } from "./proofs";

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
 * With `keep`, a proof that holds leaves its last line and this machine in its `figures.json`.
 * @returns the exit code.
 */
export async function prove(name: string, more: readonly string[], { keep = false }: { readonly keep?: boolean }): Promise<number> {
  const proof = proofOf(name);
  const lacks = missing(proof, process.env);
  if (lacks.length > 0) {
    console.log(`${name}: left out\n${lacks.map((sentence) => `    ${sentence}`).join("\n")}`);
    return 0;
  }
  const began = performance.now();
  const { code, last } = await run(proof, more);
  if (code === LEFT_OUT) {
    console.log(`${name}: left out`);
    return 0;
  }
  const took = Math.round((performance.now() - began) / 1000);
  console.log(`${name}: ${code === 0 ? "holds" : `does not hold (exit code ${code})`}, ${took} s`);
  if (keep && code === 0) keepFigures(proofOf(name), { result: last, seconds: took });
  return code;
}

function run({ folder, ...proof }: Proof, more: readonly string[]): Promise<{ code: number; last: string }> {
  return new Promise((ended, failed) => {
    const child = spawn(join(folder, "run"), [...foldersOf({ folder, ...proof }, process.env), ...more], { stdio: ["inherit", "pipe", "inherit"] });
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

/** What a proof itself keeps in `figures.json` stays; who, when and where is new. */
function keepFigures({ folder, figures = {} as Figures }: Proof, now: { readonly result: string; readonly seconds: number }): void {
  const { model } = cpus()[0] ?? { model: "unknown" };
  const kept = { ...figures, date: new Date().toISOString().slice(0, 10), ...now, machine: `${cpus().length} cores, ${model}`, node: process.versions.node };
  writeFileSync(join(folder, "figures.json"), `${JSON.stringify(kept, null, 2)}\n`);
}
