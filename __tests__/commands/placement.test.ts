import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "../support/commands";
import { minimal } from "../support/project";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-placement-"));
afterAll(() => rmSync(directory, { recursive: true }));
const call = commandCalls();

function run(yaml: string, ...args: readonly string[]) {
  writeFileSync(join(directory, "dagger-ci.yaml"), yaml);
  return call("commands/placement.js", args, { cwd: directory });
}

interface Facts {
  readonly instanceTypes: { readonly source: string; readonly date: string };
  readonly fleets: readonly (Record<string, unknown> & {
    readonly sizes: readonly {
      readonly name: string;
      readonly mostRunnersPerEngine: number;
      readonly types: readonly Record<string, unknown>[];
      readonly ruledOut: readonly { readonly family: string; readonly reason: string }[];
    }[];
  })[];
}
const json = async (yaml: string) => JSON.parse((await run(yaml, "--json")).stdout) as Facts;

test("for machines: every fact of the default fleet", async () => {
  const { instanceTypes, fleets } = await json(minimal());
  expect(instanceTypes.source).toBe("the PyPI package moto 5.2.5");
  const [{ sizes, daemonSets, ...fleet }] = fleets as [Facts["fleets"][number]];
  expect(fleet).toEqual({
    name: "main",
    dagger: "0.21.9",
    nodes: "autoscaled",
    architecture: "amd64",
    engineRequests: { cpuMillicores: 2000, memoryMib: 8192, ephemeralStorageBytes: 260_000_000_000, pods: 1 },
    cache: "nvme",
    smallestCacheDiskGb: 400,
    gc: { maxUsedSpace: 260_000_000_000, minFreePercent: 20 },
    mostRunnersPerEngine: 14,
    busiestType: "i4i.8xlarge",
    maxRunners: 32,
    cost: { vcpuBound: 256, vcpuHoursPerMonth: 186_880 },
  });
  expect((daemonSets as { name: string }[]).map(({ name }) => name)).toEqual(["aws-node", "kube-proxy", "eks-pod-identity-agent", "runner-images"]);
  expect(sizes.map(({ name, mostRunnersPerEngine, types }) => [name, mostRunnersPerEngine, types.length])).toEqual([
    ["2c-8g", 14, 61],
    ["4c-16g", 7, 61],
  ]);
  expect(sizes[0]!.types).toContainEqual({ name: "m6id.2xlarge", family: "m6id", vcpu: 8, memoryMib: 32768, nvmeGb: 474, runners: 2 });
  expect(sizes[0]!.ruledOut).toContainEqual({ family: "z1d", reason: "category is z, allowed: c, m, r, i" });
});

test("for machines: nodes that stay", async () => {
  const { fleets } = await json(
    minimal("fleets: [{name: warm, nodes: {mode: persistent, instanceType: i4i.4xlarge, count: 3}, runners: [{cpu: 4, memory: 16Gi, max: 2}]}]"),
  );
  const [fleet] = fleets;
  expect(fleet).toMatchObject({ nodes: "persistent", nodeCount: 3, mostRunnersPerEngine: 2, cost: { vcpuBound: 48, vcpuHoursPerMonth: 35_040 } });
  expect(fleet!.sizes[0]!.types.map(({ name, runners }) => [name, runners])).toEqual([["i4i.4xlarge", 3]]);
});

test("for people: a fleet on one screen", async () => {
  const { status, stdout } = await run(
    minimal("fleets: [{name: main, nodes: {families: [m6id, c6id]}, runners: [{cpu: 2, memory: 8Gi, max: 20}, {cpu: 8, memory: 60Gi, max: 2}]}]"),
  );
  expect(status).toBe(0);
  const start = stdout.slice(0, stdout.indexOf("    family"));
  expect(start).toBe(
    [
      "fleet main: Dagger 0.21.9 on amd64 nodes that Karpenter buys",
      "  engine      2 CPU, 8 GiB of memory and 308 GB of disk on every node",
      "  DaemonSets  0.15 CPU on every node: aws-node, kube-proxy, eks-pod-identity-agent, runner-images",
      "  cache       all of its node's NVMe, 474 GB or more; cut back to 308 GB, and to less while under 20 % is free",
      "  runners     13 at most beside one engine, on m6id.8xlarge; engine.maxRunners allows 32",
      "  cost bound  256 vCPU at once, 186,880 vCPU-hours in a month of 730 hours",
      "",
      "  Runners that fit on a node, if all are of one size:",
      "    vCPU  GiB  NVMe GB  2c-8g  8c-60g",
      "       8   32      474      2       -   2xlarge of m6id",
      "      16   32      950      2       -   4xlarge of c6id",
      "      16   64      950      6       -   4xlarge of m6id",
      "      32   64    1,900      6       -   8xlarge of c6id",
      "      32  128    1,900     13       1   8xlarge of m6id",
      "",
      "  Families ruled out, by the first reason:",
      "",
    ].join("\n"),
  );
  expect(stdout).toContain("    family (allowed: m6id, c6id)  c5ad, c5d, c8id, i3, i3en, i4i,");
  expect(stdout).toContain("    8c-60g: GiB of memory beside the engine (needed: at least 60)  c6id: 48.3 on c6id.8xlarge\n");
  expect(stdout).toMatch(/A region may sell fewer\.\nCounts are what .*\nCost is told in vCPU-hours; `npm run cost` tells it in dollars\.\n$/);
});

test("for people: a wide fleet is summarised, on one screen that is not too wide", async () => {
  const wide = "nodes: {categories: [c, m, r, i, x, z], vcpu: {min: 2, max: 192}, nvmeGb: 50}, engine: {cpu: 1, memory: 2Gi, maxRunners: 200}";
  const { stdout } = await run(minimal(`fleets: [{name: main, ${wide}, runners: [{cpu: 2, memory: 8Gi, max: 200}]}]`));
  const lines = stdout.split("\n");
  expect(lines).toContain("       4     16-128       118-2,500      1   23 types");
  expect(lines.length).toBeLessThan(45);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(116);
});

test("several fleets, one after the other, each once", async () => {
  const size = "runners: [{cpu: 2, memory: 8Gi, max: 1}]";
  const { stdout } = await run(minimal(`fleets: [{name: a, ${size}}, {name: b, nodes: {architecture: arm64}, ${size}}]`));
  expect(stdout.match(/^fleet .*/gm)).toEqual([
    "fleet a: Dagger 0.21.9 on amd64 nodes that Karpenter buys",
    "fleet b: Dagger 0.21.9 on arm64 nodes that Karpenter buys",
  ]);
});

test("a bad configuration: all problems, exit code 1, nothing on standard output", async () => {
  const { status, stdout, stderr } = await run(minimal("fleets: [{name: main, nodes: {vcpuLimit: 4}, runners: [{cpu: 2, memory: 8, max: 1}]}, {name: b, engine: {cpu: 31}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"), "--json");
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^dagger-ci\.yaml: 2 problems, nothing was written\n/);
  expect(stderr).toContain("fleets[0].runners[0].memory");
  expect(stderr).toContain("fleets[1].engine.cpu");
});

test("no configuration", async () => {
  rmSync(join(directory, "dagger-ci.yaml"), { force: true });
  expect(await call("commands/placement.js", [], { cwd: directory, env: {} })).toEqual({
    status: 1,
    stdout: "",
    stderr: `dagger-ci.yaml: 1 problem, nothing was written

dagger-ci.yaml  (the file)
    received  "ENOENT: no such file or directory, stat 'dagger-ci.yaml'"
    allowed   a readable file (or set DAGGER_CI_CONFIG to its path)
`,
  });
});
