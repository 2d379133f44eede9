import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stateLocation } from "../../modules/cdktf/state";
import { parseConfig } from "../../modules/load-config";
import { appliedStacks, nextStep } from "../../operations/next-step";
import type { SynthesizedStack } from "../../operations/synthesized";
import { minimal, synthesize } from "../support/project";

let project: string;
beforeEach(() => (project = mkdtempSync(join(tmpdir(), "dagger-on-eks-"))));
afterEach(() => rmSync(project, { recursive: true }));

const stacks = ["network", "cluster", "addons", "dagger"].map((name): SynthesizedStack => ({ name, dependencies: [], template: {} }));
const open = "cluster: {endpoint: {publicCidrs: [198.51.100.0/24]}}\n";

/** What is said when these stacks have a state with these resources. */
function said(states: Record<string, unknown>, more = open): string {
  const config = parseConfig(minimal(more));
  const outdir = join(project, "cdktf.out");
  for (const [name, state] of Object.entries(states)) {
    const location = stateLocation(config, name) as { path: string };
    const file = resolve(outdir, "stacks", name, location.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof state === "string" ? state : JSON.stringify({ version: 4, resources: state }));
  }
  return nextStep(config, appliedStacks(config, stacks, outdir));
}

const deploy = (what: string) => `    npm run deploy    ${what}, one after another: shows each review, asks, applies`;
const others = "(cdktf deploy <stack> and plain Terraform work on the same stacks: docs/operations.md.)";

test("before anything is applied: doctor, then all stacks", () => {
  expect(said({}).split("\n")).toEqual([
    "Next:",
    "    npm run doctor    looks at tools, account, quotas, secrets and GitHub",
    deploy("network, cluster, addons, dagger"),
    others,
  ]);
});

test("after a part of it: what is left; a stack that was destroyed, or whose state cannot be read, is left", () => {
  expect(said({ network: [{}], cluster: [{}], addons: [], dagger: "{" }).split("\n")).toEqual(["Applied: network, cluster. Next:", deploy("addons, dagger"), others]);
});

test("after all of it: plan and verify", () => {
  expect(said({ network: [{}], cluster: [{}], addons: [{}], dagger: [{}] })).toMatch(/^All stacks are applied\. Next:\n {4}npm run plan .*\n {4}npm run verify /);
});

test("states elsewhere are not looked at, and a private API is told of", () => {
  const text = said({}, "state: {type: s3, bucket: acme-state}");
  expect(text).toContain(deploy("all stacks"));
  expect(text).toContain("    The Kubernetes API is private: addons and dagger are deployed from inside the VPC, or let your addresses in with\n    cluster.endpoint.publicCidrs.\n");
});

describe("before a changed configuration is applied", () => {
  const fleet = (name: string, more = "") => `fleets: [{name: ${name}, ${more}runners: [{name: small, runsOn: ci-small, cpu: 2, memory: 8Gi, max: 1}]}]\n${open}`;
  /** What is said of a configuration where another was applied, whose states hold what its stacks say. */
  function changed(before: string, after: string): string {
    const resources = (template: SynthesizedStack["template"]) =>
      Object.entries(template.resource ?? {}).flatMap(([type, items]) =>
        Object.entries(items).map(([name, attributes]) => ({
          ...{ mode: "managed", type, name },
          // The Kubernetes provider keeps a manifest together with its type.
          instances: [{ attributes: "manifest" in attributes ? { ...attributes, manifest: { type: "object", value: attributes.manifest } } : attributes }],
        })),
      );
    const config = parseConfig(minimal(after));
    for (const [name, template] of Object.entries(synthesize(minimal(before)).stacks)) {
      const file = resolve(project, "cdktf.out/stacks", name, (stateLocation(config, name) as { path: string }).path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ version: 4, resources: resources(template), outputs: template.output }));
    }
    const synthesized = Object.entries(synthesize(minimal(after)).stacks).map(([name, template]) => ({ name, dependencies: [], template }));
    return nextStep(config, appliedStacks(config, synthesized, join(project, "cdktf.out")));
  }
  const warnings = (text: string) => text.split("\n").filter((line) => /^ {4}(?!npm)/.test(line)).map((line) => line.trim().split(": ")[0]);

  test("nothing is said where nothing changes, or where something is added", () => {
    expect(changed(fleet("main"), fleet("main"))).not.toContain("Before you apply");
    const two = `fleets: [{name: main, runners: [{name: small, runsOn: ci-small, cpu: 2, memory: 8Gi, max: 1}]}, {name: next, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]\n${open}`;
    expect(changed(fleet("main"), two)).not.toContain("Before you apply");
  });

  test("a fleet that goes, and a name that moves, in the words of a review", () => {
    const text = changed(fleet("main"), fleet("next"));
    expect(warnings(text)).toEqual(["Fleet main goes", "runs-on moves"]);
    expect(text).toContain("Before you apply this (npm run plan shows all of it):\n    Fleet main goes: jobs: ");
    expect(text).toMatch(/All stacks are applied\. Next:/);
  });

  test("versions: an engine under running jobs, Kubernetes by two; protection off", () => {
    expect(warnings(changed(fleet("main", "dagger: 0.21.8, "), fleet("main", "dagger: 0.21.9, ")))).toEqual(["Engine restarts with runners on (0.21.8 to 0.21.9)"]);
    const kubernetes = (version: string) => `${fleet("main")}versions: {kubernetes: "${version}"}\n`;
    expect(warnings(changed(kubernetes("1.34"), kubernetes("1.36")))).toEqual(["EKS refuses this version"]);
    expect(warnings(changed("", "cluster: {deletionProtection: false}\n"))).toContain("Deletion protection off");
  });

  test("a secret that is read from elsewhere", () => {
    expect(changed(open, `${open}daggerCloud: {secret: a/b}\n`)).not.toContain("Secret read from elsewhere");
    expect(warnings(changed(`${open}daggerCloud: {secret: a/b}\n`, `${open}daggerCloud: {secret: c/d}\n`))).toEqual(["Secret read from elsewhere (daggerCloud"]);
  });
});
