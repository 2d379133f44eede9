import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText } from "../../operations/command";
import { UserError } from "../../modules/user-error";
import { builtCommands, COMMANDS } from "../support/commands";
import { hasScript, until, Workplace } from "../support/interrupted";
import { PROJECT } from "../support/project";

const built = builtCommands();
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs a built command in an empty folder: whatever it writes, it writes there. */
const call = (file: string, args: string[], env: Record<string, string> = {}, input?: string) =>
  spawnSync(process.execPath, [join(built, file), ...args], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, ...env },
    ...(input === undefined ? {} : { input }),
  });

test("every command has its line in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { scripts: Record<string, string> };
  expect(COMMANDS.filter((name) => scripts[name] !== `npm run --silent build && exec node dist/commands/${name}.js`)).toEqual([]);
});

/** What every command says to --help and to an option that there is not; one process calls them all. */
describe("of every command", () => {
  const FILES = ["main.js", ...COMMANDS.map((name) => `commands/${name}.js`)];
  let said: { status?: number; stdout: string; stderr: string }[];
  beforeAll(() => {
    const empty = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    const { stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, "__tests__/support/call-commands.mjs"), ...FILES.map((file) => join(built, file))], { cwd: empty, encoding: "utf8" });
    expect([stderr, readdirSync(empty)]).toEqual(["", []]);
    rmSync(empty, { recursive: true });
    said = JSON.parse(stdout) as typeof said;
  });

  test.each(FILES.map((file, i) => [file, i] as const))("%s explains itself with --help, refuses an option that there is not, and changes nothing", (_file, i) => {
    expect(said[2 * i]).toEqual({ status: 0, stderr: "", stdout: expect.stringMatching(/^Usage: npm (start|run [a-z-]+) -- /) as string });
    expect(said[2 * i + 1]).toEqual({ status: 1, stdout: "", stderr: "error: unknown option '--nonsense'\n" });
  });
});

test("an error that the caller can mend is its message alone; a fault says how to see where it came from", () => {
  expect(errorText(new UserError("put a name there"))).toBe("put a name there");
  expect(errorText(Object.assign(new Error("EACCES: permission denied, open 'plan.md'"), { syscall: "open" }))).toBe("EACCES: permission denied, open 'plan.md'");
  expect(errorText(new TypeError("x is not a function"))).toBe("fault: x is not a function\nSet DEBUG=1 to see where it came from.");
});

const config = "name: dagger-ci\nregion: eu-west-1\ngithub: {organization: acme, secret: s}\n";
const STACK_TRACE = /^ +at .*:\d+:\d+/m;

/** What users do wrong, and what they read then. */
const MISTAKES: [what: string, file: string, args: string[], says: RegExp, env?: Record<string, string>][] = [
  ["an unreadable file of a reviewed plan", "commands/deploy.js", ["dagger", "--yes", "--reviewed", "none"], /ENOENT: no such file or directory, open 'none'/],
  ["a folder that cannot be written", "main.js", [], /(ENOTDIR|EEXIST)/, { CDKTF_OUTDIR: "dagger-ci.yaml/out" }],
  ["a folder of stacks that cannot be written", "commands/plan.js", [], /(ENOTDIR|EEXIST)/, { CDKTF_OUTDIR: "dagger-ci.yaml/out" }],
  ["a reviewed plan that is a folder", "commands/deploy.js", ["dagger", "--yes", "--reviewed", "."], /EISDIR/],
  ["the stack for pull requests into nowhere", "commands/bootstrap.js", ["--out", "dagger-ci.yaml/none"], /ENOTDIR/, { DAGGER_CI_CONFIG: "delivery.yaml" }],
  ["the stack for pull requests below a folder that is not there", "commands/bootstrap.js", ["--out", "none/none"], /ENOENT: no such file or directory, mkdir '.*none'/, { DAGGER_CI_CONFIG: "delivery.yaml" }],
  ["a picture into nowhere", "commands/graph.js", ["--svg", "none/picture.svg"], /ENOENT: no such file or directory, open 'none\/picture\.svg'/],
  ["a review without a plan", "commands/review.js", [], /plans\.json does not exist: run npm run plan first/],
  ["no cluster to verify", "commands/verify.js", [], /no cluster to look at: ENOENT.* Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG\./, { KUBECONFIG: "none", HOME: "/nonexistent" }],
  ["no cluster to clear", "commands/destroy.js", ["--clear-finalizers"], /no cluster to look at: ENOENT.* Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG\./, { KUBECONFIG: "none", HOME: "/nonexistent" }],
  ["no Terraform", "commands/plan.js", [], /none cannot be run .*install Terraform 1\.11 or later/, { TERRAFORM_BINARY_NAME: "none" }],
  ["locks without a registry", "commands/plan.js", ["--update-locks"], /none cannot be run/, { TERRAFORM_BINARY_NAME: "none" }],
  ["locks without a way to the registry", "commands/plan.js", ["network", "--update-locks"], /^the registry has no checksums for network; nothing of it was written:\nError: Failed to query available provider packages$/m, { TERRAFORM_BINARY_NAME: "./offline" }],
  ["no region", "commands/instance-types.js", [], /no region: give --region/, { AWS_REGION: "" }],
];
test.each(MISTAKES)("%s ends with a sentence", (_what, file, args, says, env = {}) => {
  writeFileSync(join(directory, "dagger-ci.yaml"), config);
  writeFileSync(join(directory, "delivery.yaml"), `${config}state: {type: s3, bucket: acme-states}\ndelivery: {repository: acme/ci}\n`);
  writeFileSync(join(directory, "offline"), "#!/bin/sh\necho 'Error: Failed to query available provider packages' >&2\nexit 1\n", { mode: 0o755 });
  const { status, stdout, stderr } = call(file, args, env);
  expect(stderr).toMatch(says);
  expect(stdout + stderr).not.toMatch(STACK_TRACE);
  expect(status).toBe(1);
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
