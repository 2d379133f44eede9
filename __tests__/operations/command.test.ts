import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText } from "../../operations/command";
import { UserError } from "../../modules/user-error";
import { builtCommands, commandCalls, COMMANDS } from "../support/commands";
import { hasScript, until, Workplace } from "../support/interrupted";
import { PROJECT } from "../support/project";

const built = builtCommands();
const call = commandCalls();
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
afterEach(() => rmSync(directory, { recursive: true }));

test("every command has its line in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { scripts: Record<string, string> };
  expect(COMMANDS.filter((name) => scripts[name] !== `npm run --silent build && exec node dist/commands/${name}.js`)).toEqual([]);
});

const EXPLAINED = ["main", ...COMMANDS.map((name) => `commands/${name}`)];
/** Whose exit codes a workflow looks at. */
const WITH_CODES = ["plan", "deploy", "review", "bootstrap"];
test.each(EXPLAINED)("%s explains itself with --help, refuses an option that there is not, and changes nothing", async (name) => {
  const usage = /^Usage: npm (start|run [a-z-]+) -- /;
  const ask = (option: string) => call(`${name}.js`, [option], { cwd: directory });
  const { stdout, ...ended } = await ask("--help");
  expect(ended).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(usage);
  if (WITH_CODES.includes(name.replace("commands/", ""))) expect(stdout).toMatch(/^Exit code: 0/m);
  expect(await ask("--nonsense")).toEqual({ status: 1, stdout: "", stderr: "error: unknown option '--nonsense'\n" });
  expect(readdirSync(directory)).toEqual([]);
});

test("an error that the caller can mend is its message alone; a fault says how to see where it came from", () => {
  expect(errorText(new UserError("put a name there"))).toBe("put a name there");
  expect(errorText(Object.assign(new Error("EACCES: permission denied, open 'plan.md'"), { syscall: "open" }))).toBe("EACCES: permission denied, open 'plan.md'");
  expect(errorText(new TypeError("x is not a function"))).toBe("fault: x is not a function\nSet DEBUG=1 to see where it came from.");
});

const config = "name: dagger-ci\nregion: eu-west-1\ngithub: {organization: acme, secret: s}\n";
const STACK_TRACE = /^ +at .*:\d+:\d+/m;

const NO_TERRAFORM = "none cannot be run (spawn none ENOENT); install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME";
const NO_CLUSTER = "no cluster to look at: ENOENT: no such file or directory, open 'none'. Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG.";
const NOWHERE = { KUBECONFIG: "none", HOME: "/nonexistent" };
/** What users do wrong, and what they read then. */
const MISTAKES: [what: string, call: string, says: string, env?: Record<string, string>][] = [
  ["an unreadable file of a reviewed plan", "deploy dagger --yes --reviewed none", "ENOENT: no such file or directory, open 'none'"],
  ["a folder that cannot be written", "main", "ENOTDIR: not a directory, mkdir 'dagger-ci.yaml/out'", { CDKTF_OUTDIR: "dagger-ci.yaml/out" }],
  ["a folder of stacks that cannot be written", "plan", "ENOTDIR: not a directory, mkdir 'dagger-ci.yaml/out'", { CDKTF_OUTDIR: "dagger-ci.yaml/out" }],
  ["a reviewed plan that is a folder", "deploy dagger --yes --reviewed .", "EISDIR: illegal operation on a directory, read"],
  ["the stack for pull requests into nowhere", "bootstrap --out dagger-ci.yaml/none", "ENOTDIR: not a directory, mkdir 'dagger-ci.yaml/none'", { DAGGER_CI_CONFIG: "delivery.yaml" }],
  ["the stack for pull requests below a folder that is not there", "bootstrap --out none/none", "ENOENT: no such file or directory, mkdir 'none/none'", { DAGGER_CI_CONFIG: "delivery.yaml" }],
  ["a picture into nowhere", "graph --svg none/picture.svg", "ENOENT: no such file or directory, open 'none/picture.svg'"],
  ["a review without a plan", "review", "cdktf.out/plans.json does not exist: run npm run plan first"],
  ["no cluster to verify", "verify", NO_CLUSTER, NOWHERE],
  ["no cluster to clear", "destroy --clear-finalizers", NO_CLUSTER, NOWHERE],
  ["no Terraform", "plan", NO_TERRAFORM, { TERRAFORM_BINARY_NAME: "none" }],
  ["locks without a registry", "plan --update-locks", NO_TERRAFORM, { TERRAFORM_BINARY_NAME: "none" }],
  [
    "locks without a way to the registry",
    "plan network --update-locks",
    "\nthe registry has no checksums for network; nothing of it was written:\nError: Failed to query available provider packages",
    { TERRAFORM_BINARY_NAME: "./offline" },
  ],
  ["no region", "instance-types", "no region: give --region, such as --region eu-west-1, or set AWS_REGION", { AWS_REGION: "" }],
];
test.each(MISTAKES)("%s ends with a sentence", async (_what, line, says, env = {}) => {
  writeFileSync(join(directory, "dagger-ci.yaml"), config);
  writeFileSync(join(directory, "delivery.yaml"), `${config}state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci}\n`);
  writeFileSync(join(directory, "offline"), "#!/bin/sh\necho 'Error: Failed to query available provider packages' >&2\nexit 1\n", { mode: 0o755 });
  const [name, ...args] = line.split(" ");
  const { status, stdout, stderr } = await call(name === "main" ? "main.js" : `commands/${name!}.js`, args, { cwd: directory, env: { ...process.env, ...env } });
  expect({ status, stderr }).toEqual({ status: 1, stderr: `${says}\n` });
  expect(stdout).not.toMatch(STACK_TRACE);
});

test("a command is a process that ends with its code and says what is wrong on standard error", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(built, "commands/review.js")], { cwd: directory, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: "cdktf.out/plans.json does not exist: run npm run plan first\n" });
});

describe("Ctrl-C at a question, in a terminal", () => {
  let it: Workplace;
  beforeEach(() => (it = new Workplace(built)));
  afterEach(() => it.remove());
  const QUESTIONS: [command: string, args: string[], question: string][] = [
    ["deploy", ["network", "--no-synth"], "Apply this to network?"],
    ["destroy", [], "type the installation's name"],
  ];

  (hasScript ? test : test.skip).each(QUESTIONS)("%s", async (command, args, question) => {
    const running = it.startInTerminal(command, args);
    await until(() => running.said().includes(question));
    running.child.stdin!.write("\x03");
    expect(await running.ended).toBe(130);
    expect(running.said()).toMatch(/No answer: nothing was done\.\r?\n$/);
    expect(running.said()).not.toMatch(STACK_TRACE);
    expect(it.lines("made")).toEqual([]);
    expect(readdirSync(join(it.directory, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
  });

  (hasScript ? test : test.skip)("SIGTERM there ends it in order, too", async () => {
    const running = it.startInTerminal("deploy", ["network", "--no-synth"]);
    await until(() => running.said().includes("Apply this to network?"));
    const { pid } = JSON.parse(readFileSync(join(it.directory, "cdktf.out/in-use.json"), "utf8")) as { pid: number };
    process.kill(pid, "SIGTERM");
    expect(await running.ended).toBe(143);
    expect(running.said()).toMatch(/Interrupted; Terraform was not running\.\r?\n$/);
    expect(readdirSync(join(it.directory, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
  });
});
