import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { StandingInAws } from "../../../operations/identity/account";
import { admission, type AdmissionOptions } from "../../../operations/identity/admission";
import { readSynthesized } from "../../../operations/synthesized";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { minimal, writeSynthesized } from "../../support/project";

let project: string;
beforeEach(() => (project = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
afterEach(() => rmSync(project, { recursive: true }));

const outputs = (values: Record<string, unknown>) =>
  JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])));
const ours = { name: "dagger-ci", region: "eu-west-1", account: "111122223333" };

interface Case extends Partial<Omit<AdmissionOptions, "base">> {
  /** What `terraform output -json` and `state list` say, by stack; nothing: it was never applied. */
  readonly states?: Record<string, { readonly output?: string; readonly list?: string }>;
  readonly yaml?: string;
  readonly base?: string;
}

/** Asks whether a stack of a configuration may be planned. @returns why not, and what was noted. */
async function ask(stack: string, { states = {}, yaml = minimal(), base, ...more }: Case = {}) {
  const outdir = join(project, "cdktf.out");
  writeSynthesized(yaml, outdir);
  const stacks = readSynthesized(outdir);
  if (base !== undefined) writeSynthesized(base, join(project, "base.out"));
  const run: RunTerraform = (directory, args) => {
    const state = states[directory.split("/").at(-1)!];
    const said = { output: state?.output ?? "{}", state: state?.list ?? "" }[args[0]!] ?? "";
    return Promise.resolve({ code: 0, stdout: said, output: said });
  };
  const notes: string[] = [];
  const asked: unknown[] = [];
  const admit = admission({
    workspace: { run, outdir, locks: "no-such-folder" },
    stacks,
    note: (line) => notes.push(line),
    look: (search) => {
      asked.push(search);
      return Promise.resolve({ own: [], others: [] });
    },
    base: base === undefined ? undefined : readSynthesized(join(project, "base.out")),
    ...more,
  });
  return { refusal: await admit(stacks.find(({ name }) => name === stack)!), notes, asked };
}
const look = (standing: Partial<StandingInAws>) => ({ look: () => Promise.resolve({ own: [], others: [], ...standing }) });
const standing = (installation: object, more = {}) => ({ output: outputs({ installation, ...more }) });

test("the state of the same installation is admitted, and AWS is not asked", async () => {
  expect(await ask("network", { states: { network: standing(ours) } })).toEqual({ refusal: undefined, notes: [], asked: [] });
});

test("a state from before stacks said whose they are is admitted", async () => {
  expect((await ask("network", { states: { network: { output: outputs({ vpc_id: "vpc-1" }) } } })).asked).toEqual([]);
  expect((await ask("network", { states: { network: { list: "aws_vpc.vpc\n" } } })).asked).toEqual([]);
});

test.each([
  ["name", { ...ours, name: "production" }, /the installation production, but the configuration is of dagger-ci\./],
  ["region", { ...ours, region: "us-east-1" }, /an installation in us-east-1, but the configuration says eu-west-1\./],
  ["account", { ...ours, account: "999999999999" }, /the AWS account 999999999999, but configuration or credentials are of 111122223333\./],
])("a state of another %s is refused, however it is told", async (_part, installation, says) => {
  const yaml = minimal('account: "111122223333"\n');
  const { refusal } = await ask("cluster", { yaml, states: { cluster: standing(installation) }, newInstallation: "dagger-ci" });
  expect(refusal).toMatch(says);
});

test("a state that was moved away is refused, with where it went", async () => {
  const { refusal } = await ask("network", { states: { network: { output: outputs({ moved_to: "s3://acme/dagger-ci/network.tfstate" }) } } });
  expect(refusal).toMatch(/was moved from \.terraform-state\/dagger-ci\/network\.tfstate to s3:\/\/acme\/dagger-ci\/network\.tfstate/);
});

describe("without a state", () => {
  test("the first of all is admitted when nothing stands", async () => {
    expect(await ask("network")).toEqual({ refusal: undefined, notes: [], asked: [{ name: "dagger-ci", region: "eu-west-1", cluster: "dagger-ci" }] });
  });

  const vpc = { stack: "network", what: "the VPC vpc-1" } as const;
  const cluster = { stack: "cluster", what: "the EKS cluster dagger-ci" } as const;
  test("what stands in AWS is not made a second time, unless told", async () => {
    const states = { network: standing(ours) };
    expect((await ask("network", look({ own: [vpc, cluster] }))).refusal).toMatch(
      /no state of dagger-ci in \.terraform-state\/dagger-ci\/network\.tfstate, but AWS has the VPC vpc-1, the EKS cluster dagger-ci/,
    );
    expect((await ask("cluster", { states, ...look({ own: [vpc, cluster] }) })).refusal).toMatch(/but AWS has the EKS cluster dagger-ci: /);
    // Its own VPC is what the network stack has just made.
    expect((await ask("cluster", { states, ...look({ own: [vpc] }) })).refusal).toBeUndefined();
    expect((await ask("network", { ...look({ own: [vpc] }), newInstallation: "dagger-ci" })).refusal).toBeUndefined();
    expect((await ask("network", { ...look({ own: [vpc] }), newInstallation: "another" })).refusal).toBeDefined();
  });

  test("another installation beside those that stand must be meant", async () => {
    expect((await ask("network", look({ others: ["production"] }))).refusal).toMatch(/dagger-ci does not stand yet, but production does\.\n.*--new-installation dagger-ci$/s);
    expect((await ask("network", { ...look({ others: ["production"] }), newInstallation: "dagger-ci" })).refusal).toBeUndefined();
    expect((await ask("cluster", look({ others: ["production"] }))).refusal).toBeUndefined();
  });

  const write = (file: string, type: string) => {
    const path = join(project, ".terraform-state", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ resources: [{ mode: "managed", type }] }));
  };
  test("the checkout knows its installations without AWS; what was moved away is none", async () => {
    write("staging/cluster.tfstate", "aws_eks_cluster");
    write("moved/cluster.tfstate", "terraform_data");
    expect((await ask("network")).refusal).toMatch(/dagger-ci does not stand yet, but staging does\./);
  });

  test("states from before each installation had a folder are not taken over", async () => {
    write("network.tfstate", "aws_vpc");
    const { refusal } = await ask("network", { yaml: minimal().replace("name: dagger-ci", "name: staging") });
    expect(refusal).toMatch(/no state in \.terraform-state\/staging\/network\.tfstate, but there are states in \.terraform-state,/);
  });

  test("an account that cannot be asked is noted, and stops nobody", async () => {
    const denied = () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied", $fault: "client" }));
    expect(await ask("network", { look: denied })).toMatchObject({
      refusal: undefined,
      notes: ["could not look whether dagger-ci stands in AWS already: AWS refused: AccessDenied: no"],
    });
  });
});

test("a change of the configuration that makes another installation of it is refused, unless told", async () => {
  const base = minimal().replace("name: dagger-ci", "name: production");
  expect((await ask("dagger", { base })).refusal).toMatch(/^name would change from production to dagger-ci\./);
  expect((await ask("dagger", { base: minimal().replace("eu-west-1", "us-east-1") })).refusal).toMatch(/^region would change from us-east-1 to eu-west-1\./);
  expect((await ask("dagger", { base, newInstallation: "dagger-ci" })).refusal).toBeUndefined();
  expect((await ask("dagger", { base: minimal("tags: {a: b}\n") })).refusal).toBeUndefined();
});

describe("ARC of another minor version", () => {
  const addons = (arc_version: string) => standing(ours, { arc_version });
  const sets = { dagger: { list: "helm_release.main_engine_1\nhelm_release.main_2c-8g_2\n" } };
  test("is refused in addons while runner sets stand, with the command that takes them away", async () => {
    const { refusal } = await ask("addons", { states: { addons: addons("0.13.1"), ...sets } });
    expect(refusal).toMatch(/^ARC 0\.13\.1 would become 0\.14\.2: .*npm run upgrade takes the sets away/s);
  });

  test.each([
    ["a patch", { addons: addons("0.14.0"), ...sets }],
    ["no set stands", { addons: addons("0.13.1"), dagger: { list: "helm_release.main_engine_1\n" } }],
    ["ARC was not there", { addons: addons(""), ...sets }],
  ])("is nothing to refuse: %s", async (_why, states) => {
    expect((await ask("addons", { states })).refusal).toBeUndefined();
  });
});
