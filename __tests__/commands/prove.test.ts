import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "../support/commands";
import { PROJECT } from "../support/project";

const call = commandCalls();
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-prove-"));
  proof("engine", "echo \"given $*\"\necho '3 of 3 hold'", { folders: { ENGINE_DIR: { is: "a real engine", has: ["engine-start"] } } });
});
afterEach(() => rmSync(directory, { recursive: true }));

function program(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function proof(name: string, script: string, needs: object): void {
  mkdirSync(join(directory, "proofs", name), { recursive: true });
  program(join(directory, "proofs", name, "run"), script);
  writeFileSync(join(directory, "proofs", name, "proof.json"), JSON.stringify({ shows: `What a ${name} does.`, ...needs }));
}

/** A folder with the engine's programs. */
function engine(): string {
  const folder = join(directory, "parts");
  mkdirSync(folder);
  program(join(folder, "engine-start"), "");
  return folder;
}

const figures = () => JSON.parse(readFileSync(join(directory, "proofs/engine/figures.json"), "utf8")) as unknown;
const prove = (args: readonly string[], environment: Record<string, string> = {}) =>
  call("commands/prove.js", args, { cwd: directory, env: { PATH: process.env.PATH, ...environment } });

test("the proofs are listed with what they show, need, and showed last", async () => {
  proof("aws", "", { programs: ["no-such-program"] });
  writeFileSync(join(directory, "proofs/engine/figures.json"), JSON.stringify({ date: "2026-11-26", result: "3 of 3 hold", memory: 5 }));
  expect(await prove([], { ENGINE_DIR: engine() })).toEqual({
    status: 0,
    stderr: "",
    stdout: `\
aws
    What a aws does.
    never kept
    cannot run here: no-such-program is not on the PATH

engine
    What a engine does.
    last held on 2026-11-26: 3 of 3 hold
    can run here

npm run prove -- <name> runs one; each has a README.md in its folder.
`,
  });
});

test("a proof whose parts are missing is left out with a sentence, and is not run", async () => {
  const without = await prove(["engine"]);
  expect(without).toEqual({ status: 0, stderr: "", stdout: "engine: left out\n    ENGINE_DIR is not set: a real engine, with engine-start\n" });
  mkdirSync(join(directory, "empty"));
  expect((await prove(["engine"], { ENGINE_DIR: "empty" })).stdout).toBe("engine: left out\n    ENGINE_DIR=empty has no engine-start\n");
});

test("a folder of which no program is wanted must be there all the same", async () => {
  proof("charts", "echo \"given $*\"", { folders: { CHARTS_DIR: { is: "the charts" } } });
  expect((await prove(["charts"])).stdout).toBe("charts: left out\n    CHARTS_DIR is not set: the charts\n");
  expect((await prove(["charts"], { CHARTS_DIR: "nowhere" })).stdout).toBe("charts: left out\n    CHARTS_DIR=nowhere is not there\n");
  expect((await prove(["charts"], { CHARTS_DIR: directory })).stdout).toContain(`given ${directory}\n`);
});

test("it is given its folders and what follows its name, and says whether it holds", async () => {
  const parts = engine();
  const { status, stdout } = await prove(["engine", "100", "figures"], { ENGINE_DIR: parts });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `given ${parts} 100 figures\n3 of 3 hold\nengine: holds, 0 s\n` });
  expect(existsSync(join(directory, "proofs/engine/figures.json"))).toBe(false);
});

test("--keep keeps the last line of one that holds, with day and machine, and the figures that it gives, in place of what was kept", async () => {
  const parts = engine();
  proof("engine", "echo '{\"memory\": 6, \"date\": \"2026-01-01\"}' >$FIGURES_FILE\necho '3 of 3 hold'", {});
  writeFileSync(join(directory, "proofs/engine/figures.json"), JSON.stringify({ date: "2026-01-01", result: "2 of 2 hold", memory: 5, cores: 1 }));
  await prove(["--keep", "engine"], { ENGINE_DIR: parts });
  expect(figures()).toEqual({
    date: new Date().toISOString().slice(0, 10),
    result: "3 of 3 hold",
    memory: 6,
    seconds: 0,
    machine: expect.stringMatching(/^\d+ cores, ./) as unknown,
    node: process.versions.node,
  });
});

test("one that does not hold ends with its own code and keeps nothing", async () => {
  proof("engine", "echo '2 of 3 hold'\nexit 3", {});
  expect(await prove(["--keep", "engine"])).toEqual({ status: 3, stderr: "", stdout: "2 of 3 hold\nengine: does not hold (exit code 3), 0 s\n" });
  expect(existsSync(join(directory, "proofs/engine/figures.json"))).toBe(false);
});

test("one that finds a part missing on its way is left out, too", async () => {
  proof("engine", "echo 'no network namespace here'\nexit 77", {});
  expect(await prove(["--keep", "engine"])).toEqual({ status: 0, stderr: "", stdout: "no network namespace here\nengine: left out\n" });
});

test("a name that no proof has", async () => {
  expect(await prove(["engin"])).toEqual({ status: 1, stdout: "", stderr: 'there is no proof "engin"; there are engine\n' });
});

test("each proof of the project says what it shows and needs, and has a page", async () => {
  const { stdout } = await call("commands/prove.js", [], { cwd: PROJECT, env: { PATH: process.env.PATH } });
  const names = stdout.split("\n\n").slice(0, -1).map((block) => block.split("\n")[0]!);
  expect(names.length).toBeGreaterThan(6);
  expect(names.filter((name) => !existsSync(join(PROJECT, "proofs", name, "README.md")))).toEqual([]);
});
