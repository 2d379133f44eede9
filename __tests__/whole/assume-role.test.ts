import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assumedRole, awsStub, vpcs, type Answer } from "../support/aws-stub";
import { commandCalls } from "../support/commands";
import { minimal, PROJECT } from "../support/project";

const call = commandCalls();
const aws = awsStub();
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  mkdirSync(join(directory, "terraform"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ROLE = 'assumeRole: {roleArn: "arn:aws:iam::222233334444:role/terraform", externalId: e-1}\ncluster: {deletionProtection: false}\n';
const EMPTY = { "network.output.text": "{}", "network.state.text": "No state file was found!", "network.state.code": "1" };
const GONE: Record<string, Answer> = {
  DescribeVpcs: vpcs({ "vpc-1": "dagger-ci" }),
  "/clusters": [200, { clusters: [] }],
  GetRole: [404, "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>"],
};

/** Runs a command whose configuration names a role. */
function run(command: string, args: readonly string[], terraform: Readonly<Record<string, string>> = {}, yaml = ROLE) {
  writeFileSync(join(directory, "dagger-ci.yaml"), minimal(yaml));
  for (const [file, text] of Object.entries(terraform)) writeFileSync(join(directory, "terraform", file), text);
  const env = {
    ...{ ...process.env, ...aws.environment(), NODE_NO_WARNINGS: "1", HOME: directory, KUBECONFIG: "none", AWS_MAX_ATTEMPTS: "1" },
    ...{ TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/fake-terraform"), FAKE_TERRAFORM: join(directory, "terraform") },
  };
  return call(`commands/${command}.js`, args, { cwd: directory, env });
}
/** Each request and its signer: nothing but the taking of the role is asked as anybody else. */
const signers = () => aws.requests.map((asked, i) => `${asked === "AssumeRole" ? asked : "other"} by ${aws.keys[i]!}`);
const onlyAsRole = () => {
  expect(signers()[0]).toBe("AssumeRole by test");
  expect([...new Set(signers())]).toEqual(["AssumeRole by test", "other by ASSUMED"]);
};

test("doctor asks everything as the role, and compares its account", async () => {
  aws.answer(assumedRole("222233334444"));
  const { stdout } = await run("doctor", [], {}, `account: "111122223333"\n${ROLE}`);
  expect(stdout).toMatch(/AWS account +credentials are for 222233334444, the configuration is for 111122223333: change one/);
  expect(aws.requests.length).toBeGreaterThan(5);
  onlyAsRole();
});

test("a plan looks as the role whether the installation stands already", async () => {
  aws.answer({ ...assumedRole("222233334444"), ...GONE });
  const { status, stderr } = await run("plan", ["network"], EMPTY);
  expect([status, stderr]).toEqual([1, expect.stringContaining("but AWS has the VPC vpc-1") as unknown]);
  onlyAsRole();
});

test("destroy compares the account of the role with that of the states", async () => {
  aws.answer(assumedRole("222233334444"));
  const { status, stderr } = await run("destroy", ["--yes"], { "network.state.text": "aws_vpc.a" });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/stands in account 111122223333, but the credentials are of account 222233334444/) as unknown]);
  onlyAsRole();
});

test("a role that may not be taken is told, and nothing is asked without it", async () => {
  aws.answer({ AssumeRole: [403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"] });
  const { status, stderr } = await run("destroy", ["--sweep-only", "--yes"], Object.fromEntries(["network", "cluster", "addons", "dagger"].flatMap((stack) => Object.entries(EMPTY).map(([file, text]) => [file.replace("network", stack), text]))));
  expect([status, stderr]).toEqual([1, expect.stringContaining("not authorized to perform: sts:AssumeRole") as unknown]);
  expect([...new Set(signers())]).toEqual(["AssumeRole by test"]);
});
