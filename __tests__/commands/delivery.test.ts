import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { synthesize } from "../../stacks/app";
import { builtCommands } from "../support/commands";
import { minimal, PROJECT, synthesizedFolder } from "../support/project";
import { planCase } from "../support/plans";

const built = join(builtCommands(), "commands");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  cpSync(synthesizedFolder(minimal()), join(directory, "cdktf.out"), { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

type Answers = Record<string, Record<string, { code?: number; text?: string }>>;

function run(command: string, answers: Answers, ...args: string[]) {
  const fake = join(directory, "terraform");
  rmSync(fake, { recursive: true, force: true });
  mkdirSync(fake);
  for (const [stack, byCommand] of Object.entries(answers)) {
    for (const [name, { code = 0, text = "" }] of Object.entries(byCommand)) {
      writeFileSync(join(fake, `${stack}.${name}.code`), String(code));
      writeFileSync(join(fake, `${stack}.${name}.text`), text);
    }
  }
  const done = spawnSync(process.execPath, [join(built, `${command}.js`), ...args], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/fake-terraform"), FAKE_TERRAFORM: fake },
  });
  const log = join(fake, "calls");
  const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { ...done, stdout: done.stdout.replace(/\(\d+\.\d s\)/g, "(0.0 s)"), calls };
}

const { json } = planCase("protection off");
const unchanged = { show: { text: JSON.stringify(json.network) } };
const changes = { plan: { code: 2 }, show: { text: JSON.stringify(json.cluster) } };
const noState = (stack: string) => ({
  plan: {
    code: 1,
    text: JSON.stringify({
      diagnostic: { severity: "error", summary: "Unable to find remote state", address: `data.terraform_remote_state.${stack}` },
    }),
  },
});
const broken = { plan: { code: 1, text: JSON.stringify({ diagnostic: { severity: "error", summary: "Boom", detail: "It broke." } }) } };
const all = (answer: Answers[string]): Answers => Object.fromEntries(["network", "cluster", "addons", "dagger"].map((stack) => [stack, answer]));

describe("plan", () => {
  test("goes through the stacks in order and ends with 0 if nothing changes", () => {
    const { status, stdout, calls } = run("plan", all(unchanged), "--no-synth");
    expect(status).toBe(0);
    expect(stdout).toBe(["network", "cluster", "addons ", "dagger "].map((name) => `${name.padEnd(7)}  planning … no changes (0.0 s)\n`).join(""));
    expect(calls).toEqual(
      ["network", "cluster", "addons", "dagger"].flatMap((stack) => [
        `${stack}: init -input=false -no-color`,
        `${stack}: output -json`,
        `${stack}: plan -input=false -json -detailed-exitcode -lock=false -out=tfplan`,
        `${stack}: show -json -no-color tfplan`,
      ]),
    );
  });

  test("ends with 2 if something changes or waits, and says for what it waits", () => {
    const { status, stdout } = run("plan", { ...all(unchanged), cluster: changes, dagger: noState("addons") }, "--no-synth");
    expect(status).toBe(2);
    expect(stdout).toContain("cluster  planning … 1 to change (0.0 s)");
    expect(stdout).toContain("dagger   planning … waits for addons (never applied) (0.0 s)");
  });

  test("ends with 1 if one fails, but plans the others", () => {
    const { status, stdout, stderr } = run("plan", { ...all(unchanged), cluster: broken }, "--no-synth");
    expect(status).toBe(1);
    expect(stdout).toContain("cluster  planning … FAILED");
    expect(stdout).toContain("dagger   planning … no changes");
    expect(stderr).toContain("Boom\nIt broke.");
  });

  test("only the stacks that are named, in their order", () => {
    expect(run("plan", all(unchanged), "dagger", "network", "--no-synth").stdout).toBe(
      "network  planning … no changes (0.0 s)\ndagger   planning … no changes (0.0 s)\n",
    );
  });

  test("takes committed lock files and lets Terraform add nothing", () => {
    mkdirSync(join(directory, "locks"));
    writeFileSync(join(directory, "locks/network.terraform.lock.hcl"), "# locked\n");
    const { calls } = run("plan", all(unchanged), "network", "cluster", "--no-synth");
    expect(calls).toContain("network: init -input=false -no-color -lockfile=readonly");
    expect(calls).toContain("cluster: init -input=false -no-color");
    expect(readFileSync(join(directory, "cdktf.out/stacks/network/.terraform.lock.hcl"), "utf8")).toBe("# locked\n");
  });

  test("--update-locks asks for every platform and copies the files back", () => {
    writeFileSync(join(directory, "cdktf.out/stacks/network/.terraform.lock.hcl"), "# new\n");
    const { status, calls } = run("plan", {}, "network", "--no-synth", "--update-locks");
    expect(status).toBe(0);
    expect(calls).toEqual(["network: providers lock -no-color -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64"]);
    expect(readFileSync(join(directory, "locks/network.terraform.lock.hcl"), "utf8")).toBe("# new\n");
  });

  test("a plan that Terraform cannot show is a failure with its cause", () => {
    const { status, stderr } = run("plan", all({ plan: { code: 2 }, show: { code: 11, text: "!!!\npanic: unsupported resource mode 69\ngoroutine 1" } }), "network", "--no-synth");
    expect(status).toBe(1);
    expect(stderr.trim()).toBe("Terraform planned it, but cannot show the plan as JSON:\npanic: unsupported resource mode 69");
  });

  test.each<[string, string[], string]>([
    ["no such stack", ["netwrk", "--no-synth"], "there is no stack netwrk in cdktf.out; there are: network, cluster, addons, dagger"],
    ["no configuration", [], "dagger-ci.yaml: 1 problem"],
  ])("%s: exit code 1 and a message", (_name, args, message) => {
    const { status, stderr } = run("plan", {}, ...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe("review", () => {
  test("shows what was planned, within a limit, and splits it for comments", () => {
    run("plan", { ...all(unchanged), cluster: changes }, "--no-synth");
    const { status, stdout } = run("review", {});
    expect(status).toBe(0);
    expect(stdout).toContain("### `network`: no changes");
    expect(stdout).toContain("**Deletion protection off**");
    run("review", {}, "cluster", "--split", "out");
    expect(readFileSync(join(directory, "out/cluster.md"), "utf8")).toMatch(/^<!-- dagger-on-eks plan of cluster -->\n<!-- fingerprint [0-9a-f]{64} -->\n### `cluster`: 1 to change/);
    expect(existsSync(join(directory, "out/network.md"))).toBe(false);
  });

  test("a failed plan shows its error", () => {
    run("plan", { ...all(unchanged), cluster: broken }, "cluster", "--no-synth");
    expect(run("review", {}).stdout).toContain("### `cluster`: the plan failed\n\n```text\nBoom\nIt broke.\n```");
  });

  const edit = (yaml: string) => writeFileSync(join(directory, "dagger-ci.yaml"), yaml);
  test("refuses plans of a configuration that changed since; comments do not count", () => {
    edit(minimal());
    run("plan", all(unchanged));
    edit(minimal("# nothing of note\n"));
    expect(run("review", {}).status).toBe(0);
    edit(minimal("versions: {karpenter: 1.14.0}\n"));
    const { status, stdout, stderr } = run("review", {});
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe("dagger-ci.yaml changed since npm run plan: the plans are of what was before. Run npm run plan again.\n");
    run("plan", all(unchanged));
    expect(run("review", {}).status).toBe(0);
  });

  test("refuses plans of stacks that were synthesised differently since", () => {
    run("plan", all(unchanged), "--no-synth");
    synthesize(parseConfig(minimal()), join(directory, "cdktf.out"));
    expect(run("review", {}).status).toBe(0);
    synthesize(parseConfig(minimal("versions: {karpenter: 1.14.0}\n")), join(directory, "cdktf.out"));
    const { status, stderr } = run("review", {});
    expect(status).toBe(1);
    expect(stderr).toMatch(/^addons.* synthesised differently since npm run plan: the plans are of what was before\. Run npm run plan again\.\n$/);
  });

  test("refuses what a plan that did not come to its end left", () => {
    run("plan", all(unchanged), "--no-synth");
    const { status } = run("plan", all(unchanged), "netwrk", "--no-synth");
    expect(status).toBe(1);
    expect(run("review", {}).status).toBe(0);
    run("deploy", all(unchanged), "network", "--no-synth", "--yes");
    expect(run("review", {}).stderr).toContain("plans.json does not exist: run npm run plan first");
  });

  test("says when there is nothing to show", () => {
    const { status, stderr } = run("review", {});
    expect(status).toBe(1);
    expect(stderr).toContain("plans.json does not exist: run npm run plan first");
  });
});

describe("deploy", () => {
  const applied = (calls: string[]) => calls.filter((call) => call.includes(": apply"));

  test("applies the saved plans of changed stacks in order, with locks", () => {
    const { status, stdout, calls } = run("deploy", { ...all(changes), addons: unchanged }, "--no-synth", "--yes");
    expect(status).toBe(0);
    expect(applied(calls)).toEqual(["network", "cluster", "dagger"].map((stack) => expect.stringMatching(new RegExp(`^${stack}: apply -input=false -no-color -lock-timeout=0s ../../private-\\w+/${stack}/tfplan$`)) as string));
    expect(calls.find((call) => call.startsWith("network: plan"))).toMatch(/^network: plan -input=false -json -detailed-exitcode -lock-timeout=0s -out=\.\.\/\.\.\/private-\w+\/network\/tfplan$/);
    expect(readdirSync(join(directory, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
    expect(stdout).toContain("**Deletion protection off**");
  });

  test("stops at the first failure and says what was not begun", () => {
    const { status, stdout, calls } = run("deploy", { ...all(changes), cluster: { ...changes, apply: { code: 1, text: "Error: no" } } }, "--no-synth", "--yes");
    expect(status).toBe(1);
    expect(applied(calls)).toHaveLength(2);
    expect(stdout).toContain("cluster was applied in part: read the error above, then deploy again. Not begun: addons, dagger.");
  });

  test("stops at a stack that waits", () => {
    const { status, stdout, calls } = run("deploy", { ...all(unchanged), cluster: noState("network") }, "cluster", "--no-synth", "--yes");
    expect(status).toBe(1);
    expect(stdout).toContain("waits for network (never applied)");
    expect(applied(calls)).toEqual([]);
  });

  test("applies only the reviewed plan", () => {
    run("plan", all(changes), "cluster", "--no-synth");
    run("review", {}, "cluster", "--split", "out");
    const same = run("deploy", all(changes), "cluster", "--no-synth", "--yes", "--reviewed", "out/cluster.fingerprint");
    expect(same.status).toBe(0);
    expect(applied(same.calls)).toHaveLength(1);
    const moved = { ...changes, show: { text: JSON.stringify(planCase("public endpoint").json.cluster) } };
    const other = run("deploy", all(moved), "cluster", "--no-synth", "--yes", "--reviewed", "out/cluster.fingerprint");
    expect(other.status).toBe(3);
    expect(other.stdout).toContain("cluster: this plan is not the one that was reviewed; something moved since. Nothing was applied.");
    expect(applied(other.calls)).toEqual([]);
  });

  test("does not apply when nobody can be asked", () => {
    const { status, stderr, calls } = run("deploy", all(changes), "--no-synth");
    expect(status).toBe(1);
    expect(stderr).toContain("pass --yes to apply without asking");
    expect(calls).toEqual([]);
  });
});

test.each(["plan", "deploy", "review", "bootstrap"])("%s --help says what it does and its exit codes", (command) => {
  const { status, stdout } = run(command, {}, "--help");
  expect(status).toBe(0);
  expect(stdout).toContain(`Usage: npm run ${command} --`);
  expect(stdout).toContain("Exit code: 0");
});

test("a missing Terraform is said in one sentence", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(built, "plan.js"), "--no-synth"], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, TERRAFORM_BINARY_NAME: "no-such-terraform" },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^no-such-terraform cannot be run \(.*ENOENT\); install Terraform 1\.11 or later, or set TERRAFORM_BINARY_NAME\n$/);
});
