import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "../support/commands";
import { PROJECT } from "../support/project";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-graph-"));
const call = commandCalls();
afterAll(() => rmSync(directory, { recursive: true }));

const run = (args: readonly string[], config = "examples/configurations/default.yaml") =>
  call("commands/graph.js", args, { cwd: PROJECT, env: { ...process.env, DAGGER_CI_CONFIG: config } });

test("prints a Mermaid flowchart of the configuration", async () => {
  const { status, stdout } = await run([], "examples/configurations/three-fleets.yaml");
  expect(status).toBe(0);
  expect(stdout).toContain("flowchart TB\n");
  for (const fleet of ["blue", "green", "warm"]) expect(stdout).toContain(`Fleet ${fleet}: Dagger`);
});

test("--svg writes a picture", async () => {
  const file = join(directory, "picture.svg");
  expect(await run(["--svg", file])).toEqual({ status: 0, stdout: `wrote ${file}\n`, stderr: "" });
  expect(readFileSync(file, "utf8")).toMatch(/^<svg [^]*Fleet main[^]*<\/svg>\n$/);
});

test("a bad configuration is refused as npm start does", async () => {
  const { status, stderr } = await run([], "package.json");
  expect(status).toBe(1);
  expect(stderr).toContain("\n\npackage.json:1:1  region\n    received  nothing\n    allowed   an AWS region such as eu-west-1\n\n");
});
