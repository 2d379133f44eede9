import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../../modules/load-config";
import { readSynthesized } from "../../../operations/synthesized";
import { deployStacks } from "../../../operations/deploy/deploy-stacks";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { synthesize } from "../../../stacks/app";
import { minimal } from "../../support/project";
import { planCase } from "../../support/plans";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  synthesize(parseConfig(minimal()), outdir);
});
afterEach(() => rmSync(outdir, { recursive: true }));

const plan = JSON.stringify(planCase("protection off").json.cluster);
const answer = (code: number, stdout = "") => Promise.resolve({ code, stdout, output: stdout });

async function deploy(answers: boolean[]) {
  const calls: string[] = [];
  const questions: string[] = [];
  let text = "";
  const run: RunTerraform = (_directory, args) => {
    calls.push(args[0]!);
    return args[0] === "plan" ? answer(2) : answer(0, args[0] === "show" ? plan : "");
  };
  const code = await deployStacks(run, readSynthesized(outdir).slice(0, 2), {
    outdir,
    locks: "no-such-folder",
    confirm: (question) => Promise.resolve(questions.push(question) > 0 && answers.shift() === true),
    write: (more) => (text += more),
  });
  return { code, calls, questions, text };
}

test("each stack is asked about after its review was shown", async () => {
  const { code, calls, questions, text } = await deploy([true, true]);
  expect(code).toBe(0);
  expect(questions).toEqual(["Apply this to network?", "Apply this to cluster?"]);
  expect(calls.filter((call) => call === "apply")).toHaveLength(2);
  expect(text).toContain("**Deletion protection off**");
});

test("a no ends it before anything is applied", async () => {
  const { code, calls, text } = await deploy([false]);
  expect(code).toBe(1);
  expect(calls).not.toContain("apply");
  expect(text).toContain("network was not applied. Not begun: cluster.");
});
