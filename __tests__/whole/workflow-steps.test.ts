import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../support/project";
import { run, shells, standIns } from "../support/shells";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
const FOLDERS = [".github/workflows", "examples/workflows"];
const steps = FOLDERS.flatMap((folder) =>
  readdirSync(join(PROJECT, folder)).flatMap((file) => {
    const { jobs } = parse(readFileSync(join(PROJECT, folder, file), "utf8")) as { jobs: Record<string, { steps?: Step[] }> };
    return Object.entries(jobs).flatMap(([job, { steps: all = [] }]) =>
      all.flatMap(({ name, run: text, env = {} }, number) =>
        text === undefined ? [] : [{ title: `${file}, ${job}, ${name ?? number}`, text, env }],
      ),
    );
  }),
);

/** What a step finds when it starts, as far as earlier steps and actions leave something to it. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), "step-"));
  for (const made of ["locks", "review", "synthesised/cdktf.out", "synthesised/locks"]) mkdirSync(join(folder, made), { recursive: true });
  for (const file of ["synthesised/locks/network.terraform.lock.hcl", "review/network.md", "review/network.fingerprint"]) {
    writeFileSync(join(folder, file), "");
  }
  return folder;
}

/** Runs a step as GitHub does, with programs of the project that end with `code`. */
async function runStep(text: string, env: Readonly<Record<string, string>>, code: number, version?: string) {
  const folder = checkout();
  try {
    // Besides, the CLI tells its version as the real one does.
    const ends = `[ "$*" != version ] || echo "dagger $(cat ${folder}/version) (registry.dagger.io/engine) linux/amd64"; exit ${code}`;
    writeFileSync(join(folder, "version"), version ?? /= (v[0-9.]+)/.exec(text)?.[1] ?? "");
    // Only the plan has an end of its own that means changes.
    const path = standIns({ node: ends, npm: `exit ${code === 2 ? 0 : code}`, dagger: ends, gh: ends, curl: ends, release: ends });
    symlinkSync(path, join(folder, ".ci"));
    const files = Object.fromEntries(["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"].map((name) => [name, join(folder, name)]));
    const values = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, /steps\.[a-z]+\.outputs\.code/.test(value) ? String(code) : "network"]),
    );
    // Its input is a socket, as that of a remote shell, where bash would read a person's ~/.bashrc.
    const ran = await run(shells[0]!, ["bash", "--norc", "-e", "-c", `cd ${folder}\n${text}`], { ...values, ...files, GITHUB_SHA: "abc", RUNNER_TEMP: folder }, path);
    let outputs = "";
    try {
      outputs = readFileSync(files.GITHUB_OUTPUT!, "utf8");
    } catch {
      // The step writes none.
    }
    return { ...ran, outputs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("there are steps to run", () => expect(steps.length).toBeGreaterThan(10));

test.each(steps)("$title ends well when its programs do", async ({ text, env }) => {
  expect(await runStep(text, env, 0)).toMatchObject({ status: 0 });
});

/** Steps whose text calls a program of the project, or hands on how one ended. */
const failing = steps.filter(({ text, env }) => /\b(node|npm|gh|dagger (?!version))|[.]ci[/]/.test(text) || "CODE" in env);
test.each(failing)("$title hides no failure: it fails, or hands the code on", async ({ text, env }) => {
  const { status, outputs } = await runStep(text, env, 1);
  expect(status !== 0 || outputs.includes("code=1\n")).toBe(true);
});

test.each(steps.filter(({ text }) => text.includes("code=$?")))("$title takes changes for a success", async ({ text, env }) => {
  const { status, outputs } = await runStep(text, env, 2);
  expect({ status, outputs }).toMatchObject({ status: 0, outputs: expect.stringContaining("code=2\n") as string });
});

test.each(steps.filter(({ text }) => text.includes("dagger version")))("$title notices another CLI", async ({ text, env }) => {
  expect((await runStep(text, env, 0, "v0.1.2")).status).toBe(1);
});
