import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Release } from "@cdktf/provider-helm/lib/release";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { LocalBackend, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { INSTALLATION } from "../../modules/contract/installation";
import { OUTPUTS, STACKS, type StackId } from "../../modules/contract/outputs";
import { eksAddonVersions, versions } from "../../modules/facts/versions";
import { minimal, scenario, scenarioNames, synthesize, textOf, writtenBy } from "../support/project";
import { forSnapshot } from "../support/snapshots";
import "../support/testing"; // the matchers

/** A stack as it was written, without what `Testing` leaves out. */
const written = (outdir: string, stack: string): unknown =>
  JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"), (key, value: unknown) => (key === "//" ? undefined : value));

describe("what cdktf's Testing renders of one stack, made alone, which most tests look at", () => {
  let outdir: string;
  beforeEach(() => (outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
  afterEach(() => rmSync(outdir, { recursive: true }));

  test.each(scenarioNames)("is what a synth of all stacks writes: %s", (name) => {
    const { stacks } = scenario(name);
    for (const id of STACKS) expect(stacks[id]).toEqual(written(writtenBy(textOf(name)), id));
  });

  // Why that must be looked at: where a stack refers to another's resource, Testing takes it for one of its own.
  test("would not be, if a stack referred to another stack's resource", () => {
    const app = Testing.app({ outdir });
    const [a, b] = ["a", "b"].map((id) => new TerraformStack(app, id)) as [TerraformStack, TerraformStack];
    for (const stack of [a, b]) {
      new LocalBackend(stack, { path: `${stack.node.id}.tfstate` });
      new AwsProvider(stack, "aws", { region: "eu-west-1" });
    }
    const role = new IamRole(a, "role", { assumeRolePolicy: "{}" });
    new TerraformOutput(b, "arn", { value: role.arn, staticId: true });
    const alone = JSON.parse(Testing.synth(b)) as { output: unknown };
    app.synth();
    expect(alone.output).toEqual({ arn: { value: "${aws_iam_role.role.arn}" } });
    expect(alone).not.toEqual(written(outdir, "b"));
  });
});

describe.each(scenarioNames)("stacks of: %s", (name) => {
  const { stacks, dependencies } = scenario(name);

  test("each hands on exactly what the contract says", () => {
    for (const id of STACKS) {
      expect(Object.keys(stacks[id].output ?? {}).sort()).toEqual([...Object.keys(OUTPUTS[id]), INSTALLATION].sort());
    }
  });

  test("every reference to another stack's state names an output that exists there", () => {
    const seen = new Set<string>();
    for (const id of STACKS) {
      const text = JSON.stringify(stacks[id]);
      for (const [, producer, output] of text.matchAll(/data\.terraform_remote_state\.(\w+)\.outputs\.(\w+)/g)) {
        expect(stacks[producer as StackId].output).toHaveProperty(output!);
        expect(dependencies[id]).toContain(producer);
        seen.add(`${id} reads ${producer}`);
      }
    }
    expect(seen).toContain("dagger reads addons");
    expect(seen).toContain("addons reads cluster");
  });

  test("each has a state of its own", () => {
    const backends = STACKS.map((id) => JSON.stringify((stacks[id].terraform as { backend: object }).backend));
    expect(new Set(backends).size).toBe(STACKS.length);
    expect(backends.join()).not.toMatch(/"path":"\//);
  });

  test("what a consumer reads is where the producer writes", () => {
    for (const id of STACKS) {
      for (const [producer, remote] of Object.entries(stacks[id].data?.terraform_remote_state ?? {})) {
        const { backend } = stacks[producer as StackId].terraform as { backend: Record<string, object> };
        const kind = remote.backend as string;
        expect(backend[kind]).toMatchObject(remote.config as object);
      }
    }
  });

  test("no reference leaves its stack but by remote state", () => {
    for (const id of STACKS) {
      const { resource = {}, data = {} } = stacks[id];
      for (const [, text] of JSON.stringify(stacks[id]).matchAll(/(?<!\$)\$\{([^}]+)\}/g)) {
        for (const [, prefix, type, name] of text!.matchAll(/(data\.)?\b((?:aws|helm|kubernetes|terraform)_\w+)\.([\w-]+)/g)) {
          if (text!.includes("ephemeral.")) continue;
          expect((prefix ? data : resource)[type!]).toHaveProperty(name!);
        }
      }
    }
  });

  test("no unresolved token is left", () => {
    for (const id of STACKS) {
      expect(JSON.stringify(stacks[id])).not.toMatch(/TfToken\[|TFTOKEN|<unresolved-token>|e\+29\d|(?<!=)= undefined/);
    }
  });
});

test("the order of stacks is network, cluster, addons, dagger", () => {
  const { dependencies } = scenario("defaults");
  expect(dependencies).toEqual({
    network: [],
    cluster: ["network"],
    addons: ["cluster"],
    dagger: ["network", "cluster", "addons"],
  });
});

test("state in S3 is encrypted and locked by S3 itself", () => {
  const { stacks } = synthesize(minimal("state: {type: s3, bucket: acme-state}"));
  const { backend } = stacks.cluster.terraform as { backend: { s3: object } };
  expect(backend.s3).toEqual({
    bucket: "acme-state",
    key: "dagger-ci/cluster.tfstate",
    region: "eu-west-1",
    encrypt: true,
    use_lockfile: true,
  });
});

test("all AWS resources carry the project's tags and the user's", () => {
  const { json } = synthesize(minimal("tags: {CostCenter: ci}"));
  for (const id of STACKS) {
    const tags = { "dagger-ci/installation": "dagger-ci", "dagger-ci/stack": id, CostCenter: "ci" };
    expect(json[id]).toHaveProviderWithProperties(AwsProvider, { default_tags: [{ tags }] });
  }
});

describe("versions", () => {
  const { json } = scenario("defaults");

  test("that are pinned reach what they are for", () => {
    expect(json.cluster).toHaveResourceWithProperties(EksCluster, { version: versions.kubernetes });
    for (const [addon_name, addon_version] of Object.entries(eksAddonVersions(versions.kubernetes))) {
      expect(json.cluster).toHaveResourceWithProperties(EksAddon, { addon_name, addon_version });
    }
    for (const chart of ["karpenter", "karpenter-crd"]) {
      expect(json.addons).toHaveResourceWithProperties(Release, { chart, version: versions.karpenter });
    }
    expect(json.dagger).toHaveResourceWithProperties(Release, { chart: "gha-runner-scale-set", version: versions.arc });
    expect(json.dagger).toHaveResourceWithProperties(Release, { chart: "dagger-helm", version: versions.dagger });
    expect(json.dagger).toHaveResourceWithProperties(Manifest, {
      manifest: expect.objectContaining({
        kind: "EC2NodeClass",
        spec: expect.objectContaining({ amiSelectorTerms: [{ alias: versions.ami }] }) as unknown,
      }) as unknown,
    });
  });

  test("are in no snapshot: others give the same", () => {
    const fleets = (dagger: string) => minimal(`fleets: [{name: main, dagger: ${dagger}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]\n`);
    const now = synthesize(fleets("0.21.8"));
    const others = synthesize(`${fleets("0.21.7")}versions: {ami: al2023@v20260801, arc: 0.14.1, karpenter: 1.14.0, runnerImage: "ghcr.io/actions/actions-runner:2.337.0"}\n`);
    for (const id of STACKS) {
      expect(others.json[id] === now.json[id]).toBe(id === "network" || id === "cluster");
      expect(forSnapshot(others.stacks[id], others.config)).toEqual(forSnapshot(now.stacks[id], now.config));
    }
  });
});
