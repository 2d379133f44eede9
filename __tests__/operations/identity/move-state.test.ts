import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../../modules/load-config";
import { moveState } from "../../../operations/identity/move-state";
import { formerFolder } from "../../../operations/identity/local-states";
import { stateSource } from "../../../operations/identity/state-source";
import { readSynthesized } from "../../../operations/synthesized";
import type { RunTerraform } from "../../../operations/terraform/terraform";
import { minimal, writeSynthesized } from "../../support/project";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  writeSynthesized(minimal("state: {type: s3, bucket: new}\n"), outdir);
});
afterEach(() => rmSync(outdir, { recursive: true }));

type Json = Record<string, unknown>;
const OLD = "s3://old/prefix";
/** A state with one VPC, of an installation that it names. */
const state = (installation: object = { name: "dagger-ci", region: "eu-west-1", account: "1" }, vpc = "vpc-1"): Json => ({
  version: 4,
  serial: 7,
  lineage: "a",
  outputs: { installation: { value: installation, type: "x" } },
  resources: [
    { mode: "managed", type: "aws_vpc", name: "vpc", instances: [{ attributes: { id: vpc } }] },
    { mode: "managed", type: "terraform_data", name: "identity", instances: [{ attributes: { input: { value: installation, type: "x" } } }] },
  ],
});

/** A Terraform whose states are in `held`; its folder is that of the network stack. It dies before call number `dies`. */
function terraform(held: Record<string, Json>, dies = Infinity) {
  let used: string | undefined;
  let calls = 0;
  const run: RunTerraform = (directory, args) => {
    if (++calls === dies) return Promise.reject(new Error("killed"));
    const read = (file: string) => JSON.parse(readFileSync(join(directory, file), "utf8")) as { terraform: { backend: Record<string, Record<string, string>> } };
    const ended = (code: number, stdout = "") => Promise.resolve({ code, stdout, output: stdout });
    if (args[0] === "init") {
      const { s3, local } = read(existsSync(join(directory, "moving_override.tf.json")) ? "moving_override.tf.json" : "cdk.tf.json").terraform.backend;
      used = s3 ? `s3://${s3.bucket}/${s3.key}` : local!.path!;
      return ended(0);
    }
    if (args[1] === "pull") return ended(0, held[used!] === undefined ? "" : JSON.stringify(held[used!]));
    const pushed = read(args.at(-1)!) as unknown as Json;
    const there = held[used!];
    if (there && !args.includes("-force") && (there.lineage !== pushed.lineage || Number(there.serial) >= Number(pushed.serial))) return ended(1, "refused");
    // As Terraform does where nothing is yet.
    held[used!] = there ? pushed : { ...pushed, serial: 1, lineage: "b" };
    return ended(0);
  };
  return { run, calls: () => calls };
}
const sourceAt = (from: string, more = "") => stateSource(from, { region: "r", config: parseConfig(minimal(more)), outdir });
const move = (held: Record<string, Json>, dies?: number) => {
  const { run, calls } = terraform(held, dies);
  const network = readSynthesized(outdir).find(({ name }) => name === "network")!;
  return { moved: sourceAt(OLD).then((source) => moveState({ run, outdir, locks: "none" }, network, source)), calls };
};
const FROM = `${OLD}/network.tfstate`;
const TO = "s3://new/dagger-ci/network.tfstate";
const content = (held: Json | undefined) => [held?.outputs, held?.resources];

test("a state is in the new place, and the old one keeps only where it went", async () => {
  const held: Record<string, Json> = { [FROM]: state() };
  await expect(move(held).moved).resolves.toBe(`moved to ${TO}`);
  expect(content(held[TO])).toEqual(content(state()));
  expect(held[FROM]).toMatchObject({ serial: 8, lineage: "a", outputs: { moved_to: { value: TO } } });
  // By this, plain Terraform refuses too.
  expect(held[FROM]!.resources).toMatchObject([{ type: "terraform_data", instances: [{ attributes: { input: { value: { name: `that was moved to ${TO}` } } } }] }]);
});

test("killed at any moment and called again, it ends the same, and never are both places without the state", async () => {
  const once: Record<string, Json> = { [FROM]: state() };
  const { moved, calls } = move(once);
  await moved;
  const count = calls();
  expect(count).toBeGreaterThan(8);
  for (let dies = 1; dies <= count; dies++) {
    const held: Record<string, Json> = { [FROM]: state() };
    await expect(move(held, dies).moved).rejects.toThrow(new Error("killed"));
    expect([held[FROM], held[TO]].map((each) => JSON.stringify(content(each)))).toContain(JSON.stringify(content(state())));
    await move(held).moved;
    expect([dies, held]).toEqual([dies, once]);
  }
});

test("again, and with nothing to move, it says so", async () => {
  const held: Record<string, Json> = { [FROM]: state() };
  await move(held).moved;
  await expect(move(held).moved).resolves.toBe(`is in ${TO} already`);
  await expect(move({}).moved).resolves.toBe(`has no state, neither in ${OLD} nor in ${TO}`);
});

test("a state comes back to the place that it left", async () => {
  const left = { ...state(), outputs: { moved_to: { value: FROM, type: "string" } }, resources: [], lineage: "c", serial: 99 };
  const held: Record<string, Json> = { [TO]: left, [FROM]: state() };
  await expect(move(held).moved).resolves.toBe(`moved to ${TO}`);
  expect(content(held[TO])).toEqual(content(state()));
});

test.each<[string, Json, Json | undefined, string]>([
  ["that of another installation", state({ name: "production", region: "eu-west-1", account: "1" }), undefined, `the state in ${OLD} is that of production in eu-west-1, and the configuration is of dagger-ci in eu-west-1. Nothing was moved.`],
  ["one without a name whose tags name another", { ...state(), outputs: {}, resources: [{ mode: "managed", type: "aws_vpc", name: "v", instances: [{ attributes: { tags_all: { "dagger-ci/installation": "staging" } } }] }] }, undefined, `the state in ${OLD} is that of staging, and the configuration is of dagger-ci in eu-west-1. Nothing was moved.`],
  [
    "over another one that holds something",
    state(),
    state(undefined, "vpc-2"),
    `there is another state in ${TO} than in ${OLD}, and nobody can tell which one is right. Nothing was moved. ` +
      "npm run plan shows no change on the right one; put the other away by hand.",
  ],
  ["that was moved elsewhere", { ...state(), resources: [], outputs: { moved_to: { value: "s3://third/x", type: "string" } } }, undefined, `the state in ${OLD} was moved to s3://third/x before; move it from there`],
])("no state is moved: %s", async (_what, from, to, says) => {
  const held = { [FROM]: from, ...(to ? { [TO]: to } : {}) };
  const before = JSON.stringify(held);
  await expect(move(held).moved).rejects.toThrow(new Error(`network: ${says}`));
  expect(JSON.stringify(held)).toBe(before);
});

test("a place is a bucket with a prefix, a configuration, or a folder that exists", async () => {
  await expect(sourceAt("gs://bucket/x")).rejects.toThrow(new Error("--from gs://bucket/x: s3://bucket/prefix, a folder, or a configuration file (.yaml) with state as it was"));
  await expect(sourceAt(join(outdir, "none"))).rejects.toThrow(new Error(`--from ${join(outdir, "none")}: there is no such folder`));
  const own = { bucket: "b", key: "a/c/network.tfstate", region: "r", encrypt: true, use_lockfile: true };
  const backendOf = async (more: string) => (await sourceAt("s3://b/a/c/", more)).backend("network");
  expect(await backendOf("profile: p")).toEqual({ backend: { s3: { ...own, profile: "p" } } });
  expect(await backendOf("assumeRole: {roleArn: arn:aws:iam::111122223333:role/t, externalId: e1}")).toEqual({
    backend: { s3: { ...own, assume_role: { role_arn: "arn:aws:iam::111122223333:role/t", session_name: "dagger-on-eks", external_id: "e1" } } },
  });
});

test("what a folder remembers of a backend and of a workspace is forgotten before another is used", async () => {
  const remembered = ["terraform.tfstate", "environment"].map((file) => join(outdir, "stacks/network/.terraform", file));
  mkdirSync(join(outdir, "stacks/network/.terraform"));
  const seen: boolean[] = [];
  const run: RunTerraform = (_directory, args) => {
    if (args[0] === "init") seen.push(...remembered.map((file) => existsSync(file)));
    for (const file of remembered) writeFileSync(file, "{}");
    return Promise.resolve({ code: 0, stdout: "", output: "" });
  };
  const network = readSynthesized(outdir).find(({ name }) => name === "network")!;
  for (const file of remembered) writeFileSync(file, "{}");
  await moveState({ run, outdir, locks: "none" }, network, await sourceAt(OLD));
  expect(seen).toEqual([false, false, false, false]);
});

test("local states are found in the installation's folder, or where all had theirs", () => {
  const config = parseConfig(minimal());
  const at = (directory: string) => ({ ...config, state: { type: "local", directory } as const });
  const folder = join(outdir, "states");
  expect(() => formerFolder(at(folder))).toThrow(new Error(`there are no states in ${folder}: say with --from where they are`));
  mkdirSync(folder);
  writeFileSync(join(folder, "cluster.tfstate"), "{}");
  expect(formerFolder(at(folder))).toBe(folder);
});
