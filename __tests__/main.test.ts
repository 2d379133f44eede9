import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtCommands } from "./support/commands";
import { PROJECT, SCENARIOS } from "./support/project";

const built = builtCommands();

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const start = (config: string, [program, ...args]: readonly string[] = [process.execPath, join(built, "main.js")]) =>
  spawnSync(program!, args, {
    cwd: PROJECT,
    encoding: "utf8",
    env: {
      ...process.env,
      CDKTF_OUTDIR: join(directory, "cdktf.out"),
      DAGGER_CI_CONFIG: config,
    },
  });

test("npm start writes four stacks and says what they are, what runs-on to use and what to do next", () => {
  const { status, stdout, stderr } = start(SCENARIOS.defaults, ["npm", "start", "--silent"]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(readdirSync(join(directory, "cdktf.out/stacks")).sort()).toEqual(["addons", "cluster", "dagger", "network"]);
  // Figures change with the prices.
  expect(stdout.replaceAll(directory, "").replaceAll(/\$[\d,]+/g, "$#").replace(/list prices of [\d-]+/, "list prices of a day")).toMatchSnapshot();
});

test("a bad configuration ends with exit code 1, all problems on standard error, and nothing written", () => {
  const file = join(directory, "bad.yaml");
  writeFileSync(file, "name: dagger-ci\nregion: eu-west-1\ngithub: {secret: s}\nextra: 1\n");
  const { status, stdout, stderr } = start(file);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: `${file}: 2 problems, nothing was written

${file}:3:9  github
    received  {}
    allowed   exactly one of organization, repository and enterprise

${file}:4:8  extra
    received  1
    allowed   no such setting here; docs/settings.md lists them all
`,
  });
  expect(existsSync(join(directory, "cdktf.out"))).toBe(false);
});

test("a missing file is named", () => {
  const file = join(directory, "none.yaml");
  const { status, stderr } = start(file);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `${file}: 1 problem, nothing was written

${file}  (the file)
    received  "ENOENT: no such file or directory, stat '${file}'"
    allowed   a readable file (or set DAGGER_CI_CONFIG to its path)
`,
  });
});

// A Node that is newer than ours warns of what ours calls deprecated in its documentation only.
test.each(["defaults", "existing VPC", "three fleets"] as const)("nothing deprecated in Node is called: %s", (name) => {
  const { status, stderr } = spawnSync(process.execPath, ["--pending-deprecation", join(built, "main.js")], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, DAGGER_CI_CONFIG: join(PROJECT, SCENARIOS[name]) },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
