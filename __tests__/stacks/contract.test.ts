import { OUTPUTS, STACKS, type StackId } from "../../modules/contract/outputs";
import { scenario, scenarioNames, synthesize, minimal } from "../support/project";

describe.each(scenarioNames)("stacks of: %s", (name) => {
  const { stacks, dependencies } = scenario(name);

  test("each hands on exactly what the contract says", () => {
    for (const id of STACKS) {
      expect(Object.keys(stacks[id].output ?? {}).sort()).toEqual(Object.keys(OUTPUTS[id]).sort());
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
      expect(JSON.stringify(stacks[id])).not.toMatch(/TfToken\[|TFTOKEN|<unresolved-token>|e\+29\d|= undefined/);
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
  const { stacks } = synthesize(minimal("tags: {CostCenter: ci}"));
  const [aws] = (stacks.network.provider as { aws: { default_tags: unknown }[] }).aws;
  expect(aws!.default_tags).toEqual([
    { tags: { "dagger-ci/installation": "dagger-ci", "dagger-ci/stack": "network", CostCenter: "ci" } },
  ]);
});
