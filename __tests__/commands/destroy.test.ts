import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsStub, instances, type Answer } from "../support/aws-stub";
import { builtCommands } from "../support/commands";
import { minimal, PROJECT } from "../support/project";

const built = builtCommands();
const aws = awsStub();
// Each test starts a command, which starts Terraform's stand-in a dozen times.
jest.setTimeout(60_000);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  mkdirSync(join(directory, "terraform"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What Terraform says of stacks of which there is no state. */
const NO_STATE = Object.fromEntries(
  ["network", "cluster", "addons", "dagger"].flatMap((stack) => [
    [`${stack}.output.text`, "{}"],
    [`${stack}.state.text`, "No state file was found!"],
    [`${stack}.state.code`, "1"],
  ]),
);
const SHARED = "network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\ncluster: {mode: existing, name: platform}\n";
const UNPROTECTED = "cluster: {deletionProtection: false}\n";

interface Case {
  readonly yaml?: string;
  readonly terraform?: Readonly<Record<string, string>>;
  readonly kubeconfig?: string;
}
function destroy(args: readonly string[], { yaml = "state: {type: s3, bucket: another}\n", terraform = NO_STATE, kubeconfig = "none" }: Case = {}) {
  writeFileSync(join(directory, "dagger-ci.yaml"), minimal(yaml));
  for (const [file, text] of Object.entries(terraform)) writeFileSync(join(directory, "terraform", file), text);
  const env = {
    ...process.env,
    ...aws.environment(),
    NODE_NO_WARNINGS: "1",
    KUBECONFIG: kubeconfig,
    HOME: directory,
    TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/fake-terraform"),
    FAKE_TERRAFORM: join(directory, "terraform"),
  };
  return new Promise<{ code: number; stdout: string; stderr: string; calls: string }>((done) => {
    execFile(process.execPath, [join(built, "commands/destroy.js"), ...args], { cwd: directory, env }, (error, stdout, stderr) => {
      const calls = join(directory, "terraform/calls");
      done({ code: error ? Number(error.code) : 0, stdout, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8") : "" });
    });
  });
}
const cluster = (name: string, endpoint = aws.url()): Record<string, Answer> => ({
  [`/clusters/${name}`]: [200, { cluster: { name, status: "ACTIVE", endpoint } }],
});
const swept = () => aws.requests.filter((asked) => /Describe|Terminate|Delete/.test(asked));

describe.each([
  ["destroy", ["--yes"]],
  ["the sweep alone", ["--sweep-only", "--yes"]],
])("with another bucket than the states', %s", (_what, args) => {
  test("looks for nothing and deletes nothing while the cluster stands", async () => {
    aws.answer({ ...cluster("dagger-ci"), DescribeInstances: instances("i-1") });
    const { code, stderr } = await destroy(args);
    expect(stderr).toMatch(/^The EKS cluster dagger-ci stands \(ACTIVE\), but s3:\/\/another\/dagger-ci knows nothing of it: .*\n.*docs\/bad-day\.md\.\n$/);
    expect([code, swept()]).toEqual([1, []]);
  });

  test("the same when it may not look", async () => {
    aws.answer({ "/clusters/dagger-ci": [403, { __type: "AccessDeniedException", message: "not authorized" }], DescribeInstances: instances("i-1") });
    const { code, stderr } = await destroy(args);
    expect(stderr).toMatch(/^Cannot tell whether the EKS cluster dagger-ci stands: .*not authorized/);
    expect([code, swept()]).toEqual([1, []]);
  });
});

test("with the cluster gone it looks for what is left", async () => {
  aws.answer({ DescribeInstances: instances("i-1"), ...EMPTY() });
  const { code, stdout } = await destroy([]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/No stack stands: there is no state of one in s3:\/\/another\/dagger-ci\.\n[^]*instance i-1[^]*Nothing of it was deleted/)]);
});

test("nothing is taken down with the state of another installation", async () => {
  const { code, stderr, calls } = await destroy(["--yes"], { yaml: "", terraform: { "dagger.output.text": '{"installation": {"value": {"name": "production", "region": "eu-west-1", "account": "1"}}}' } });
  expect(stderr).toMatch(/the installation production, but the configuration is of dagger-ci\.[^]*Nothing was changed/);
  expect([code, swept(), calls.includes("destroy")]).toEqual([1, [], false]);
});

describe("with credentials of another account, whose Terraform would find nothing and empty the state", () => {
  const caller = (account: string): Answer => [
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  ];
  const stands = {
    ...NO_STATE,
    "network.output.text": '{"installation": {"value": {"name": "dagger-ci", "region": "eu-west-1", "account": "111122223333"}}}',
    "network.state.text": "aws_vpc.vpc",
    "network.state.code": "0",
  };
  test("nothing is taken down", async () => {
    aws.answer({ GetCallerIdentity: caller("444455556666") });
    const { code, stderr, calls } = await destroy(["--yes"], { yaml: UNPROTECTED, terraform: stands });
    expect(stderr).toMatch(/^network stands in account 111122223333, but the credentials are of account 444455556666: [^]*Nothing was changed/);
    expect([code, /^destroy|destroy /m.test(calls), swept()]).toEqual([1, false, []]);
  });

  test.each([
    ["its own credentials", { GetCallerIdentity: caller("111122223333") }],
    ["an AWS that does not say whose they are", {}],
  ])("with %s it goes", async (_what, answers) => {
    aws.answer({ ...answers, DescribeInstances: instances(), ...EMPTY() });
    const { code, calls } = await destroy(["--yes"], { yaml: UNPROTECTED, terraform: stands });
    expect([code, calls.includes("destroy")]).toEqual([0, true]);
  });
});

describe("in a shared cluster, which lives on", () => {
  const list = (apiVersion: string, kind: string, items: readonly object[] = []): Answer => [200, { apiVersion, kind: `${kind}List`, items }];
  const kinds = (groupVersion: string, ...names: string[]): Answer => [
    200,
    { kind: "APIResourceList", groupVersion, resources: names.map((kind) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: false, verbs: [] })) },
  ];
  const kubernetes = (objects: { pools?: object[]; claims?: object[]; nodes?: object[] }): Record<string, Answer> => ({
    ...cluster("platform"),
    "/apis/karpenter.sh/v1": kinds("karpenter.sh/v1", "NodePool", "NodeClaim"),
    "/api/v1": kinds("v1", "Node"),
    "/apis/karpenter.sh/v1/nodepools": list("karpenter.sh/v1", "NodePool", objects.pools),
    "/apis/karpenter.sh/v1/nodeclaims": list("karpenter.sh/v1", "NodeClaim", objects.claims),
    "/api/v1/nodes": list("v1", "Node", objects.nodes),
    ...EMPTY(),
    DescribeInstances: instances("i-1", "i-2", "i-3"),
  });
  const kubeconfig = () => {
    const file = join(directory, "kubeconfig");
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: aws.url(), "insecure-skip-tls-verify": true } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        users: [{ name: "u", user: {} }],
        "current-context": "c",
      }),
    );
    return file;
  };

  test("only what neither Karpenter nor a node has any more is left over", async () => {
    aws.answer(
      kubernetes({
        pools: [{ metadata: { name: "web" } }],
        claims: [{ metadata: { name: "a" }, status: { providerID: "aws:///eu-west-1a/i-1" } }],
        nodes: [{ metadata: { name: "b" }, spec: { providerID: "aws:///eu-west-1a/i-2" } }],
      }),
    );
    const { stdout, stderr } = await destroy([], { yaml: SHARED, kubeconfig: kubeconfig() });
    expect([stderr, stdout.match(/instance i-\d/g)]).toEqual(["", ["instance i-3"]]);
  });

  test.each<[string, Record<string, Answer> | (() => Record<string, Answer>), boolean, RegExp]>([
    ["a node pool of a fleet stands", () => kubernetes({ pools: [{ metadata: { name: "main" } }] }), true, /^NodePool main stands in platform, but \.terraform-state\/dagger-ci knows nothing of it/],
    ["kubeconfig leads to another cluster", () => cluster("platform", "https://another.example"), true, /not of https:\/\/another\.example\. Run aws eks update-kubeconfig --name platform/],
    ["there is no kubeconfig", () => cluster("platform"), false, /only Kubernetes tells which instances it still uses\. no cluster to look at/],
    ["Kubernetes refuses", () => ({ ...cluster("platform"), "/apis/karpenter.sh/v1": [500, {}] }), true, /cannot list NodePool/],
  ])("nothing is swept when %s", async (_why, answers, access, says) => {
    aws.answer(typeof answers === "function" ? answers() : answers);
    const { code, stderr } = await destroy(["--sweep-only", "--yes"], { yaml: SHARED, kubeconfig: access ? kubeconfig() : "none" });
    expect(stderr).toMatch(says);
    expect([code, swept()]).toEqual([1, []]);
  });
});

/** EC2's answers when there is nothing but instances. */
function EMPTY(): Record<string, Answer> {
  return Object.fromEntries(
    ["LaunchTemplates", "NetworkInterfaces", "Volumes"].map((what) => [`Describe${what}`, [200, `<Describe${what}Response/>`] as const]),
  );
}
