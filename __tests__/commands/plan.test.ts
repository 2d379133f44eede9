import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { all, broken, changes, delivery, noState, unchanged, type Answers } from "../support/delivery";

const { path, run } = delivery();
const plan = (answers: Answers, ...args: string[]) => run("plan", answers, ...args, "--no-synth");
const LINES = { network: "no changes", cluster: "no changes", addons: "no changes", dagger: "no changes" };
/** What is said of all stacks, or of some. */
const said = (lines: Readonly<Record<string, string>>) =>
  Object.entries(lines).map(([stack, outcome]) => `${stack.padEnd(7)}  planning … ${outcome} (0.0 s)\n`).join("");

test("goes through the stacks in order and ends with 0 if nothing changes", async () => {
  expect(await plan(all(unchanged))).toEqual({
    status: 0,
    stdout: said(LINES),
    stderr: "",
    calls: Object.keys(LINES).flatMap((stack) => [
      `${stack}: init -input=false -no-color`,
      `${stack}: output -json`,
      `${stack}: plan -input=false -json -detailed-exitcode -lock=false -out=tfplan`,
      `${stack}: show -json -no-color tfplan`,
    ]),
  });
});

test("ends with 2 if something changes or waits, and says for what it waits", async () => {
  const { calls: _, ...ended } = await plan({ ...all(unchanged), cluster: changes, dagger: noState("addons") });
  expect(ended).toEqual({ status: 2, stdout: said({ ...LINES, cluster: "1 to change", dagger: "waits for addons (never applied)" }), stderr: "" });
});

test("ends with 1 if one fails, but plans the others", async () => {
  const { calls: _, ...ended } = await plan({ ...all(unchanged), cluster: broken });
  expect(ended).toEqual({ status: 1, stdout: said({ ...LINES, cluster: "FAILED" }), stderr: "\nBoom\nIt broke.\n\n" });
});

test("only the stacks that are named, in their order", async () => {
  expect((await plan(all(unchanged), "dagger", "network")).stdout).toBe("network  planning … no changes (0.0 s)\ndagger   planning … no changes (0.0 s)\n");
});

test("takes committed lock files and lets Terraform add nothing", async () => {
  mkdirSync(path("locks"));
  writeFileSync(path("locks/network.terraform.lock.hcl"), "# locked\n");
  const { calls } = await plan(all(unchanged), "network", "cluster");
  expect(calls).toContain("network: init -input=false -no-color -lockfile=readonly");
  expect(calls).toContain("cluster: init -input=false -no-color");
  expect(readFileSync(path("cdktf.out/stacks/network/.terraform.lock.hcl"), "utf8")).toBe("# locked\n");
});

test("--update-locks asks for every platform and copies the files back", async () => {
  writeFileSync(path("cdktf.out/stacks/network/.terraform.lock.hcl"), "# new\n");
  expect(await plan({}, "network", "--update-locks")).toEqual({
    status: 0,
    stdout: "network  asking the registry for checksums … wrote locks/network.terraform.lock.hcl (0.0 s)\n",
    stderr: "",
    calls: ["network: providers lock -no-color -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64"],
  });
  expect(readFileSync(path("locks/network.terraform.lock.hcl"), "utf8")).toBe("# new\n");
});

test("a plan that Terraform cannot show is a failure with its cause", async () => {
  const { status, stderr } = await plan(all({ plan: { code: 2 }, show: { code: 11, text: "!!!\npanic: unsupported resource mode 69\ngoroutine 1" } }), "network");
  expect({ status, stderr }).toEqual({ status: 1, stderr: "\nTerraform planned it, but cannot show the plan as JSON:\npanic: unsupported resource mode 69\n\n" });
});

const NO_FILE = `dagger-ci.yaml: 1 problem, nothing was written

dagger-ci.yaml  (the file)
    received  "ENOENT: no such file or directory, stat 'dagger-ci.yaml'"
    allowed   a readable file (or set DAGGER_CI_CONFIG to its path)
`;
test.each<[string, string[], string]>([
  ["no such stack", ["netwrk", "--no-synth"], "there is no stack netwrk in cdktf.out; there are: network, cluster, addons, dagger\n"],
  ["no configuration", [], NO_FILE],
])("%s: exit code 1 and a message", async (_name, args, stderr) => {
  expect(await run("plan", {}, ...args)).toEqual({ status: 1, stdout: "", stderr, calls: [] });
});
