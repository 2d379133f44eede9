import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsStub, instances, type Answer } from "../support/aws-stub";
import { commandCalls } from "../support/commands";
import { minimal, PROJECT } from "../support/project";

const call = commandCalls();
const aws = awsStub();
// Each test calls a command, which starts Terraform's stand-in a dozen times.
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
async function destroy(args: readonly string[], { yaml = "state: {type: s3, bucket: another}\n", terraform = NO_STATE, kubeconfig = "none" }: Case = {}) {
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
  const ended = await call("commands/destroy.js", args, { cwd: directory, env });
  const calls = join(directory, "terraform/calls");
  return { ...ended, calls: existsSync(calls) ? readFileSync(calls, "utf8") : "" };
}
const cluster = (name: string, endpoint = aws.url()): Record<string, Answer> => ({
  [`/clusters/${name}`]: [200, { cluster: { name, status: "ACTIVE", endpoint } }],
});
const NOTHING = "Nothing was looked for, and nothing was deleted.";
const PUT_BACK = "Put name, region and state of the configuration back as they were. If the state is lost: docs/bad-day.md.";
const swept = () => aws.requests.filter((asked) => /Describe|Terminate|Delete/.test(asked));

describe.each([
  ["destroy", ["--yes"]],
  ["the sweep alone", ["--sweep-only", "--yes"]],
])("with another bucket than the states', %s", (_what, args) => {
  test("looks for nothing and deletes nothing while the cluster stands", async () => {
    aws.answer({ ...cluster("dagger-ci"), DescribeInstances: instances("i-1") });
    const { status, stderr } = await destroy(args);
    expect(stderr).toBe(`The EKS cluster dagger-ci stands (ACTIVE), but s3://another/dagger-ci knows nothing of it: what carries its tags is in use. ${NOTHING}\n${PUT_BACK}\n`);
    expect([status, swept()]).toEqual([1, []]);
  });

  test("the same when it may not look", async () => {
    aws.answer({ "/clusters/dagger-ci": [403, { __type: "AccessDeniedException", message: "not authorized" }], DescribeInstances: instances("i-1") });
    const { status, stderr } = await destroy(args);
    expect(stderr).toBe(
      "Cannot tell whether the EKS cluster dagger-ci stands: AWS refused: AccessDeniedException: not authorized\n" +
        `While it does, what carries its tags is in use. It takes the right to eks:DescribeCluster. ${NOTHING}\n`,
    );
    expect([status, swept()]).toEqual([1, []]);
  });
});

test("with the cluster gone it looks for what is left", async () => {
  aws.answer({ DescribeInstances: instances("i-1"), ...EMPTY() });
  const { status, stdout } = await destroy([]);
  expect([status, stdout]).toEqual([
    0,
    `No stack stands: there is no state of one in s3://another/dagger-ci.
Left with the tags of cluster dagger-ci, made by its controllers:
    instance i-1  m6id.2xlarge
Nothing of it was deleted. npm run destroy -- --sweep-only --yes deletes it.
`,
  ]);
});

test("nothing is taken down with the state of another installation", async () => {
  const { status, stderr, calls } = await destroy(["--yes"], { yaml: "", terraform: { "dagger.output.text": '{"installation": {"value": {"name": "production", "region": "eu-west-1", "account": "1"}}}' } });
  expect(stderr).toBe(
    ".terraform-state/dagger-ci/dagger.tfstate: The state here is that of the installation production, but the configuration is of dagger-ci. " +
      "Nothing that stands can be moved there: it would be destroyed, or lost and made a second time. " +
      "Put the name back, or give the other installation a configuration and states of its own: docs/several-installations.md.\nNothing was changed.\n",
  );
  expect([status, swept(), calls.includes("destroy")]).toEqual([1, [], false]);
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
    const { status, stderr, calls } = await destroy(["--yes"], { yaml: UNPROTECTED, terraform: stands });
    expect(stderr).toBe(
      "network stands in account 111122223333, but the credentials are of account 444455556666: nothing of it would be found there, and its state would be emptied.\n" +
        "Nothing was changed.\n",
    );
    expect([status, /^destroy|destroy /m.test(calls), swept()]).toEqual([1, false, []]);
  });

  test.each([
    ["its own credentials", { GetCallerIdentity: caller("111122223333") }],
    ["an AWS that does not say whose they are", {}],
  ])("with %s it goes", async (_what, answers) => {
    aws.answer({ ...answers, DescribeInstances: instances(), ...EMPTY() });
    const { status, calls } = await destroy(["--yes"], { yaml: UNPROTECTED, terraform: stands });
    expect([status, calls.includes("destroy")]).toEqual([0, true]);
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

  const SHARED_STANDS = "The EKS cluster platform is shared and stands: only Kubernetes tells which instances it still uses";
  test.each<[string, () => Record<string, Answer>, boolean, () => string]>([
    ["a node pool of a fleet stands", () => kubernetes({ pools: [{ metadata: { name: "main" } }] }), true, () => `NodePool main stands in platform, but .terraform-state/dagger-ci knows nothing of it: what it made is in use. ${NOTHING}\n${PUT_BACK}\n`],
    ["kubeconfig leads to another cluster", () => cluster("platform", "https://another.example"), true, () => `${SHARED_STANDS}, and kubeconfig's context is of ${aws.url()}, not of https://another.example. Run aws eks update-kubeconfig --name platform. ${NOTHING}\n`],
    ["there is no kubeconfig", () => cluster("platform"), false, () => `${SHARED_STANDS}. no cluster to look at: ENOENT: no such file or directory, open 'none'. Run aws eks update-kubeconfig --name <cluster>, or set KUBECONFIG.\n${NOTHING}\n`],
    ["Kubernetes refuses", () => ({ ...cluster("platform"), "/apis/karpenter.sh/v1": [500, { message: "etcd is away" }] }), true, () => "cannot list NodePool: the cluster answers 500: etcd is away\n"],
  ])("nothing is swept when %s", async (_why, answers, access, says) => {
    aws.answer(answers());
    const { status, stderr } = await destroy(["--sweep-only", "--yes"], { yaml: SHARED, kubeconfig: access ? kubeconfig() : "none" });
    expect(stderr).toBe(says());
    expect([status, swept()]).toEqual([1, []]);
  });
});

/** EC2's answers when there is nothing but instances. */
function EMPTY(): Record<string, Answer> {
  return Object.fromEntries(
    ["LaunchTemplates", "NetworkInterfaces", "Volumes"].map((what) => [`Describe${what}`, [200, `<Describe${what}Response/>`] as const]),
  );
}
