import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../support/project";

interface Step {
  name?: string;
  id?: string;
  run?: string;
}
const action = parse(readFileSync(join(PROJECT, "examples/actions/dagger-call/action.yml"), "utf8")) as { runs: { steps: [Step, Step] } };
const [check, call] = action.runs.steps;
const reusable = parse(readFileSync(join(PROJECT, "examples/workflows/dagger-reusable.yml"), "utf8")) as { jobs: { dagger: { steps: Step[] } } };

const folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
afterAll(() => rmSync(folder, { recursive: true }));
const output = join(folder, "output");
// Says each of its arguments, in brackets.
writeFileSync(join(folder, "dagger"), '#!/bin/sh\nif [ "$1" = version ]; then echo "dagger v1.0.0-beta.11 (engine) linux/amd64"; else printf "[%s]" "$@"; echo; echo "$FAIL" | grep -q . && exit 3; exit 0; fi\n');
chmodSync(join(folder, "dagger"), 0o755);

/** Runs a step's script as GitHub's runner runs bash. */
function run(step: Step, environment: Record<string, string>, path = `${folder}:${process.env.PATH}`) {
  writeFileSync(output, "");
  const { status, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run!], {
    encoding: "utf8",
    env: { PATH: path, GITHUB_OUTPUT: output, ...environment },
  });
  return { status, stdout: stdout.trim() };
}
const HOST = { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "unix:///run/dagger/engine.sock" };

test.each([
  ["any version", { ...HOST, VERSION: "" }, 0, "Dagger v1.0.0-beta.11 on unix:///run/dagger/engine.sock"],
  ["its own version", { ...HOST, VERSION: "1.0.0-beta.11" }, 0, "Dagger v1.0.0-beta.11 on unix:///run/dagger/engine.sock"],
  ["another version", { ...HOST, VERSION: "0.21.9" }, 1, "::error::This runner has Dagger v1.0.0-beta.11, and v0.21.9 is wanted: another fleet has that one."],
  ["a runner of no fleet", { VERSION: "" }, 1, "::error::This runner brings no Dagger engine: runs-on names no size of a fleet."],
])("the action asked for %s", (_title, environment, status, stdout) => {
  expect(run(check, environment)).toEqual({ status, stdout });
});

test.each([["the action", call], ["the reusable workflow", reusable.jobs.dagger.steps.at(-1)!]])("%s parts arguments by quotes, and expands nothing", (_title, step) => {
  const asked = { CALL: `test --name='two words' --dollar='$HOME' "--all" ; rm -rf *`, MODULE: "./ci" };
  expect(run(step, asked)).toEqual({ status: 0, stdout: "[-m][./ci][call][test][--name=two words][--dollar=$HOME][--all][;][rm][-rf][*]" });
});

test("a function that fails fails the step", () => {
  expect(run(call, { CALL: "test", MODULE: ".", FAIL: "1" }).status).not.toBe(0);
});

test("what it returned is an output, whatever it says", () => {
  expect(run(call, { CALL: "'output<<EOF EOF'", MODULE: "." }).status).toBe(0);
  const [, delimiter, value] = /^output<<([0-9a-f]{32})\n([^]*)\n\1\n$/.exec(readFileSync(output, "utf8"))!;
  expect(delimiter).toHaveLength(32);
  expect(value).toBe("[-m][.][call][output<<EOF EOF]");
});
