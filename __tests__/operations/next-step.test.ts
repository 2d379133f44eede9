import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stateLocation } from "../../modules/cdktf/state";
import { parseConfig } from "../../modules/load-config";
import { appliedStacks, nextStep } from "../../operations/next-step";
import type { SynthesizedStack } from "../../operations/synthesized";
import { minimal } from "../support/project";

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
