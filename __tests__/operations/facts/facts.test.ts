import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { offeringTable } from "../../../modules/facts/offerings";
import { regionTable } from "../../../modules/facts/regions";
import { karpenterMatrix } from "../../../operations/facts/karpenter-matrix";
import { mergeOfferings } from "../../../operations/facts/offerings";
import { mergeRegions } from "../../../operations/facts/regions";
import { builtCommands } from "../../support/commands";

const type = (name: string) => ({ name, architecture: "amd64" as const, vcpu: 2, memoryMib: 8192, maxPods: 29 });

test("the table of offerings holds only what its types allow", () => {
  for (const { name, architecture, vcpu, maxPods, in: only, notIn } of offeringTable.types) {
    expect(name).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/);
    expect(["amd64", "arm64"]).toContain(architecture);
    expect(vcpu * maxPods).toBeGreaterThan(0);
    for (const region of [...(only ?? []), ...(notIn ?? [])]) expect(offeringTable.regions).toContain(region);
  }
});

test("what one region sells now replaces what was known of it, and of no other", () => {
  const table = { source: "s", date: "2026-01-01", regions: ["eu-west-1", "us-east-1"], types: [type("m6i.large"), { ...type("m7i.large"), in: ["us-east-1"] }] };
  expect(mergeOfferings(table, new Map([["eu-west-1", [type("m7i.large")]]])).types).toEqual([
    { ...type("m6i.large"), in: ["us-east-1"] },
    type("m7i.large"),
  ]);
});

test("a region's zones and endpoints are renewed; one that cannot be asked keeps what is known", () => {
  const renewed = mergeRegions(regionTable, [
    { name: "us-west-1", partition: "aws", zoneIds: ["usw1-az1", "usw1-az2", "usw1-az3"], endpoints: ["com.amazonaws.us-west-1.eks"] },
    { name: "mx-central-1", partition: "aws" },
    { name: "eu-west-4", partition: "aws", zoneIds: ["euw4-az1"], endpoints: ["com.amazonaws.eu-west-4.eks", "com.amazonaws.eu-west-4.sts"] },
  ], ["eks", "sts"]);
  const of = (name: string) => renewed.find((region) => region.name === name);
  expect(of("us-west-1")).toEqual({ name: "us-west-1", partition: "aws", zones: 2, withoutEndpoints: ["sts"] });
  expect(of("mx-central-1")).toEqual(regionTable.regions.find(({ name }) => name === "mx-central-1"));
  expect(of("eu-west-4")).toEqual({ name: "eu-west-4", partition: "aws", zones: 1 });
});

test("a page without a matrix is refused in a sentence", () => {
  expect(() => karpenterMatrix("# Nothing here")).toThrow(new Error("that page has no compatibility matrix that this command can read"));
});

describe("as processes", () => {
  const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-facts-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const built = builtCommands();
  const run = (name: string, args: readonly string[], path = process.env.PATH ?? "") =>
    execFileSync(process.execPath, [join(built, `commands/${name}.js`), ...args], { encoding: "utf8", stdio: "pipe", env: { ...process.env, PATH: path } });

  test("npm run kubernetes-support asks the AWS CLI, and writes nothing when that fails", () => {
    const output = join(directory, "kubernetes.json");
    const answer = { clusterVersions: [
      { clusterVersion: "1.36", endOfStandardSupportDate: "2027-08-01T00:00:00Z", endOfExtendedSupportDate: "2028-08-01T00:00:00Z" },
      { clusterVersion: "1.35", endOfStandardSupportDate: 1806105600, endOfExtendedSupportDate: 1837728000 },
    ] };
    const aws = join(directory, "aws");
    writeFileSync(aws, "#!/bin/sh\necho 'not authorized' >&2; exit 254\n");
    chmodSync(aws, 0o755);
    const path = `${directory}:${process.env.PATH ?? ""}`;
    expect(() => run("kubernetes-support", ["--output", output], path)).toThrow(/cannot ask EKS for its Kubernetes versions: not authorized/);
    writeFileSync(aws, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`);
    expect(run("kubernetes-support", ["--output", output], path)).toBe(`wrote 2 Kubernetes versions to ${output}\n`);
    expect((JSON.parse(readFileSync(output, "utf8")) as { versions: unknown }).versions).toEqual([
      { version: "1.35", standardSupportEnds: "2027-03-27", extendedSupportEnds: "2028-03-27" },
      { version: "1.36", standardSupportEnds: "2027-08-01", extendedSupportEnds: "2028-08-01" },
    ]);
  }, 60_000);

  test("npm run karpenter-support reads the matrix of the documentation", async () => {
    const page = "| Kubernetes |   1.35   |   1.36  |\n|---|---|---|\n| karpenter  | \\>= 1.9 | 1.13.x |\n";
    const server = createServer((_request, response) => response.end(page));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const output = join(directory, "karpenter.json");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const code = await new Promise((resolve) =>
      spawn(process.execPath, [join(built, "commands/karpenter-support.js"), "--url", url, "--output", output], { env: process.env }).on("close", resolve),
    );
    server.close();
    expect(code).toBe(0);
    expect((JSON.parse(readFileSync(output, "utf8")) as { leastFor: unknown }).leastFor).toEqual([
      { kubernetes: "1.35", karpenter: "1.9.0" },
      { kubernetes: "1.36", karpenter: "1.13.0" },
    ]);
  }, 60_000);
});
