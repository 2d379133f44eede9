import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../support/project";

/** `npm run graph` as a process. */
const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-graph-"));
beforeAll(() => {
  const options = ["--bundle", "--packages=external", "--platform=node", `--outdir=${directory}`, "--log-level=warning"];
  execFileSync(join(PROJECT, "node_modules/.bin/esbuild"), ["commands/graph.ts", ...options], { cwd: PROJECT });
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], config = "examples/configurations/default.yaml") {
  const env = { PATH: process.env.PATH, NODE_PATH: join(PROJECT, "node_modules"), DAGGER_CI_CONFIG: config };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(directory, "graph.js"), ...args], {
    cwd: PROJECT,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("prints a Mermaid flowchart of the configuration", () => {
  const { status, stdout } = run([], "examples/configurations/three-fleets.yaml");
  expect(status).toBe(0);
  expect(stdout).toContain("flowchart TB\n");
  for (const fleet of ["blue", "green", "warm"]) expect(stdout).toContain(`Fleet ${fleet}: Dagger`);
});

test("--svg writes a picture", () => {
  const file = join(directory, "picture.svg");
  expect(run(["--svg", file])).toEqual({ status: 0, stdout: `wrote ${file}\n`, stderr: "" });
  expect(readFileSync(file, "utf8")).toMatch(/^<svg [^]*Fleet main[^]*<\/svg>\n$/);
});

test("--help says what it does; an unknown option or a folder that is missing is an error", () => {
  expect(run(["--help"]).stdout).toContain("Usage: npm run graph --");
  expect(run(["--png"])).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("--png") as string });
  const lost = run(["--svg", join(directory, "missing/picture.svg")]);
  expect([lost.status, lost.stderr]).toEqual([1, expect.stringMatching(/^ENOENT: no such file or directory[^\n]*\n$/)]);
});

test("a bad configuration is refused as npm start does", () => {
  const { status, stderr } = run([], "package.json");
  expect(status).toBe(1);
  expect(stderr).toMatch(/package\.json/);
  expect(stderr).toMatch(/region/);
  expect(run([], "missing.yaml").stderr).toContain("DAGGER_CI_CONFIG");
});
