import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { DEPLOY_WORKFLOW } from "../../modules/bootstrap/token-trust";
import { seconds } from "../../modules/config/fields/quantities";
import { minimal } from "../support/project";
import { evaluate, fill, runJobs, workflow, type Result, type Step } from "../support/workflows";

const ROLES = { PLAN_ROLE_ARN: "arn:plan", DEPLOY_ROLE_ARN: "arn:deploy" };
const on = (ref: string, vars: object = {}, more: object = {}) => ({ vars: { ...ROLES, ...vars }, github: { ref, ...more } });
const ran = (results: Record<string, Result>) => Object.entries(results).flatMap(([job, result]) => (result === "skipped" ? [] : [job]));

describe("deploy", () => {
  const deploy = workflow("deploy");
  test.each<[string, object, Record<string, Result>, string[]]>([
    ["all stacks", {}, {}, ["synth", "network", "cluster", "addons", "dagger"]],
    ["only the last two", { DELIVERY_STACKS: "addons dagger" }, {}, ["synth", "addons", "dagger"]],
    ["only the first two", { DELIVERY_STACKS: "network cluster" }, {}, ["synth", "network", "cluster"]],
    ["one in the middle", { DELIVERY_STACKS: "addons" }, {}, ["synth", "addons"]],
    ["first and last", { DELIVERY_STACKS: "network dagger" }, {}, ["synth", "network", "dagger"]],
    ["a failure stops those after it", {}, { cluster: "failure" }, ["synth", "network", "cluster"]],
    ["a failure far above, with one left out between", { DELIVERY_STACKS: "network dagger" }, { network: "failure" }, ["synth", "network"]],
    ["a synth that failed", {}, { synth: "failure" }, ["synth"]],
    ["no role", { DEPLOY_ROLE_ARN: "" }, {}, []],
  ])("%s", (_name, vars, results, expected) => {
    expect(ran(runJobs(deploy, on("refs/heads/main", vars), results))).toEqual(expected);
  });

  test("a cancelled run begins no further stack", () => {
    expect(ran(runJobs(deploy, on("refs/heads/main"), {}, true))).toEqual([]);
  });

  test("the delivered branch is deployed, and no other", () => {
    expect(deploy.on.push).toBeNull();
    expect(ran(runJobs(deploy, on("refs/heads/live", { DELIVERY_BRANCH: "live" })))).toContain("dagger");
    for (const ref of ["refs/heads/main", "refs/heads/live-2", "refs/tags/live"]) expect(ran(runJobs(deploy, on(ref, { DELIVERY_BRANCH: "live" })))).toEqual([]);
    expect(ran(runJobs(deploy, on("refs/heads/feature")))).toEqual([]);
  });

  test("each stack is deployed by the workflow that the role trusts, with no right that it does not need", () => {
    for (const [name, job] of Object.entries(deploy.jobs).filter(([name]) => name !== "synth")) {
      expect(job).toMatchObject({ uses: `./${DEPLOY_WORKFLOW}`, with: { stack: name }, permissions: { contents: "read", "id-token": "write", "pull-requests": "read" } });
    }
  });
});

describe("deploy a stack", () => {
  const stack = workflow("deploy-stack");
  test("a stack without changes is planned and asks nobody; the apply is in the environment", () => {
    const code = (value: string) => ran(runJobs(stack, { ...on("refs/heads/main"), outputs: { plan: { code: value } } }));
    expect([code("0"), code("2")]).toEqual([["plan"], ["plan", "apply"]]);
    expect(fill(stack.jobs.apply!.environment!, on("", { DELIVERY_ENVIRONMENT: "live" }))).toBe("live");
    expect(fill(stack.jobs.apply!.environment!, on(""))).toBe("production");
    expect(stack.jobs.plan!.environment).toBeUndefined();
  });

  test("a removal has less time than the job and the session of its role", () => {
    const { steps = [], "timeout-minutes": minutes = 0 } = stack.jobs.apply!;
    const [, within = ""] = /--within (\S+)/.exec(steps.map(({ run = "" }) => run).join("\n")) ?? [];
    const session = Number(steps.flatMap((step) => step.with?.["role-duration-seconds"] ?? [])[0]);
    expect(seconds(within)).toBeGreaterThan(0);
    expect(seconds(within) + 10 * 60).toBeLessThanOrEqual(Math.min(minutes * 60, session));
  });
});

describe("plan and drift", () => {
  const [plan, drift] = [workflow("plan"), workflow("drift")];
  const pull = (head: string, base: string, vars = {}) => ran(runJobs(plan, on("", vars, { repository: "acme/ci", event: { pull_request: { head: { repo: { full_name: head } }, base: { ref: base } } } })));
  test("pull requests of the repository into the delivered branch are planned, others only synthesised", () => {
    expect(pull("acme/ci", "main")).toEqual(["test", "synth", "plan"]);
    expect(pull("acme/ci", "live", { DELIVERY_BRANCH: "live" })).toEqual(["test", "synth", "plan"]);
    for (const [head, base, vars] of [["evil/ci", "main", {}], ["acme/ci", "evil", {}], ["acme/ci", "main", { PLAN_ROLE_ARN: "" }]] as const) expect(pull(head, base, vars)).toEqual(["test", "synth"]);
  });

  test("only the job without a right runs the pull request's code", () => {
    expect(plan.jobs.synth!.permissions).toEqual({ contents: "read" });
    const checkout = plan.jobs.plan!.steps!.find(({ uses }) => uses?.startsWith("actions/checkout"));
    expect(checkout!.with!.ref).toBe("${{ github.event.pull_request.base.sha }}");
  });

  test("drift looks at the delivered branch; a schedule on another starts it there", () => {
    const scheduled = (ref: string, vars = {}) => ran(runJobs(drift, on(ref, vars, { event_name: "schedule" })));
    expect(scheduled("refs/heads/main")).toEqual(["drift"]);
    expect(scheduled("refs/heads/main", { DELIVERY_BRANCH: "live" })).toEqual(["relay"]);
    expect(ran(runJobs(drift, on("refs/heads/live", { DELIVERY_BRANCH: "live" }, { event_name: "workflow_dispatch" })))).toEqual(["drift"]);
  });
});

describe("scripts of the steps", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    mkdirSync(join(directory, "bin"));
    // Stands for node, npm and curl: notes its arguments, writes what review would, ends with the code that is asked of it.
    for (const program of ["node", "npm", "curl"]) {
      writeFileSync(
        join(directory, "bin", program),
        `#!/bin/sh\necho "${program} $*" >>"$WORK/calls"\ncase "$*" in\n*commands/plan.js*) exit "\${PLAN_CODE:-0}" ;;\n` +
          `*review.js*--split*) mkdir -p review && echo text >review/network.md && echo abc >review/network.fingerprint ;;\n*review.js*) echo the review ;;\n*deploy.js*) cat approved >>"$WORK/calls"; exit "\${DEPLOY_CODE:-0}" ;;\nesac\n`,
        { mode: 0o755 },
      );
    }
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const file = (name: string) => (existsSync(join(directory, name)) ? readFileSync(join(directory, name), "utf8") : "");
  /** Runs the script of a step as GitHub does: bash that stops at the first failure. */
  function run(name: string, job: string, step: string, values: Record<string, unknown> = {}, env: Record<string, string> = {}) {
    const found = workflow(name).jobs[job]!.steps!.find((one: Step) => one.name === step)!;
    const filled = Object.fromEntries(Object.entries(found.env ?? {}).map(([key, value]) => [key, fill(value, { ...on("refs/heads/main"), ...values })]));
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", found.run!], {
      cwd: directory,
      encoding: "utf8",
      env: { PATH: `${join(directory, "bin")}:${process.env.PATH ?? ""}`, WORK: directory, GITHUB_OUTPUT: join(directory, "output"), GITHUB_STEP_SUMMARY: join(directory, "summary"), GITHUB_SHA: "c0ffee", ...filled, ...env },
    });
    return { status, stderr, calls: file("calls").split("\n").filter(Boolean) };
  }

  test.each([["0", 0], ["2", 0], ["1", 1]])("deploy, plan that ends with %s", (code, status) => {
    const { status: ended, calls } = run("deploy-stack", "plan", "Plan without a lock", { inputs: { stack: "network" } }, { PLAN_CODE: code });
    expect([ended, calls, file("output")]).toEqual([status, ["node dist/commands/plan.js network --no-synth"], `code=${code}\n`]);
  });

  test("deploy, review: in the summary, and its fingerprint handed on", () => {
    const { status, calls } = run("deploy-stack", "plan", "Review", { inputs: { stack: "network" } });
    expect([status, file("output")]).toEqual([0, "fingerprint=abc\n"]);
    expect(file("summary")).toContain("text");
    expect(calls).toContain("node .ci/sticky.mjs reviewed c0ffee network review/network.fingerprint");
  });

  test.each([["0", 0], ["3", 3]])("deploy, apply that ends with %s: the approved fingerprint and no other", (code, status) => {
    const { status: ended, calls } = run("deploy-stack", "apply", "Apply the approved plan", { inputs: { stack: "network" }, needs: { plan: { outputs: { fingerprint: "abc" } } } }, { DEPLOY_CODE: code });
    expect([ended, calls]).toEqual([status, ["node dist/commands/deploy.js network --no-synth --yes --reviewed approved --within 95m", "abc"]]);
  });

  test.each([["0", 0], ["2", 0], ["1", 1]])("pull request, plan that ends with %s: the result comes last", (code, status) => {
    const planned = run("plan", "plan", "Plan without a lock", { vars: { ...ROLES, DELIVERY_STACKS: "addons dagger" } }, { PLAN_CODE: code });
    expect([planned.status, planned.calls]).toEqual([0, ["node dist/commands/plan.js addons dagger --no-synth --untrusted --base base.out"]]);
    expect(file("output")).toBe(`code=${code}\n`);
    expect(run("plan", "plan", "Result", { steps: { plan: { outputs: { code } } } }).status).toBe(status);
  });

  test("pull request, review and comments", () => {
    expect(run("plan", "plan", "Review").calls).toEqual(["node dist/commands/review.js --split review"]);
    expect(file("summary")).toBe("text\n");
    expect(run("plan", "plan", "One comment for each stack", { github: { event: { pull_request: { number: 7 } } } }).calls).toContain("node .ci/sticky.mjs comments 7 review");
  });

  test.each([["0", false], ["2", true], ["1", true]])("drift, plan that ends with %s", (code, told) => {
    const { status } = run("drift", "drift", "Plan without a lock", {}, { PLAN_CODE: code });
    expect([status, file("output")]).toEqual([0, `code=${code}\n`]);
    const issue = run("drift", "drift", "One issue", { steps: { plan: { outputs: { code } } }, github: { server_url: "https://github.com", repository: "a/b", run_id: 1 } });
    expect(issue.status).toBe(0);
    expect(issue.calls.at(-1)).toBe("node .ci/sticky.mjs issue Drift: code and account differ drift.md");
    expect(file("drift.md").includes("the review")).toBe(told);
  });

  test("drift on another branch is started by GitHub's API", () => {
    const { status, calls } = run("drift", "relay", "Start", { vars: { DELIVERY_BRANCH: "live" } }, { GITHUB_API_URL: "https://api.github.com", GITHUB_REPOSITORY: "a/b" });
    expect(status).toBe(0);
    expect(calls[0]).toContain('https://api.github.com/repos/a/b/actions/workflows/drift.yml/dispatches -d {"ref":"live"}');
  });
});

test("what the workflows take by default is what the configuration has by default", () => {
  const { delivery } = parseConfig(minimal("state: {type: s3, bucket: acme-states}\ndelivery: {repository: a/b}\n"));
  expect(evaluate("vars.DELIVERY_BRANCH || 'main'", {})).toBe(delivery!.branch);
  expect(fill(workflow("deploy-stack").jobs.apply!.environment!, {})).toBe(delivery!.environment);
});
