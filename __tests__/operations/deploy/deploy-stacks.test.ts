import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSynthesized } from "../../../operations/synthesized";
import { deployStacks } from "../../../operations/deploy/deploy-stacks";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { minimal, writeSynthesized } from "../../support/project";
import { planCase } from "../../support/plans";
import { reviewText } from "../../support/delivery";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  writeSynthesized(minimal(), outdir);
});
afterEach(() => rmSync(outdir, { recursive: true }));

const plan = JSON.stringify(planCase("protection off").json.cluster);
const answer = (code: number, stdout = "") => Promise.resolve({ code, stdout, output: stdout });

let planned: string;
async function deploy(answers: (boolean | (() => boolean))[]) {
  const calls: string[] = [];
  const questions: string[] = [];
  let text = "";
  const run: RunTerraform = (directory, args) => {
    calls.push(args[0]!);
    const out = args.find((argument) => argument.startsWith("-out="))?.slice("-out=".length);
    if (out !== undefined) writeFileSync((planned = join(directory, out)), "a plan");
    return args[0] === "plan" ? answer(2) : answer(0, args[0] === "show" ? plan : "");
  };
  const code = await deployStacks(run, readSynthesized(outdir).slice(0, 2), {
    outdir,
    plans: join(outdir, "plans"),
    locks: "no-such-folder",
    confirm: (question) => {
      questions.push(question);
      const given = answers.shift() ?? false;
      return Promise.resolve(typeof given === "boolean" ? given : given());
    },
    write: (more) => (text += more),
  });
  return { code, calls, questions, text: text.replace(/\(\d+\.\d s\)/g, "(0.0 s)") };
}

test("each stack is asked about after its review was shown", async () => {
  const { code, calls, questions, text } = await deploy([true, true]);
  expect(code).toBe(0);
  expect(questions).toEqual(["Apply this to network?", "Apply this to cluster?"]);
  expect(calls.filter((call) => call === "apply")).toHaveLength(2);
  expect(text).toBe(
    ["network", "cluster"].map((stack) => `${stack}  planning … 1 to change (0.0 s)\n\n${reviewText(stack)}\n\n${stack}  applying … \n${stack} applied (0.0 s)\n`).join(""),
  );
});

test("a no ends it before anything is applied", async () => {
  const { code, calls, text } = await deploy([false]);
  expect(code).toBe(1);
  expect(calls).not.toContain("apply");
  expect(text).toBe(`network  planning … 1 to change (0.0 s)\n\n${reviewText("network")}\n\nnetwork was not applied. Not begun: cluster.\n`);
});

const otherPlan = () =>
  new Error(`the plan of network is not the one that was shown any more: something replaced ${join(outdir, "plans/network/tfplan")}. It was not applied.`);
test("a plan that was replaced after its review is not applied", async () => {
  const replace = () => {
    writeFileSync(planned, "another plan");
    return true;
  };
  await expect(deploy([replace])).rejects.toThrow(otherPlan());
});

test("a plan that is gone after its review is not applied", async () => {
  const remove = () => {
    rmSync(planned);
    return true;
  };
  await expect(deploy([remove])).rejects.toThrow(otherPlan());
});

test("a state that Terraform could not save must be pushed first", async () => {
  writeFileSync(join(outdir, "stacks/network/errored.tfstate"), "{}");
  const folder = join(outdir, "stacks/network");
  await expect(deploy([true])).rejects.toThrow(
    new Error(
      `network: Terraform could not save its state the last time, and kept it in ${folder}/errored.tfstate. Push it first:\n\n` +
        `    terraform -chdir=${folder} init && terraform -chdir=${folder} state push errored.tfstate && rm ${folder}/errored.tfstate\n`,
    ),
  );
});
