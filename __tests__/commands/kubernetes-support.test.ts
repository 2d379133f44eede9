import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "../support/commands";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-facts-"));
afterAll(() => rmSync(directory, { recursive: true }));
const call = commandCalls();
const output = join(directory, "kubernetes.json");

/** The command, with a program in the place of the AWS CLI. */
function run(aws: string) {
  writeFileSync(join(directory, "aws"), `#!/bin/sh\n${aws}\n`);
  chmodSync(join(directory, "aws"), 0o755);
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH ?? ""}` };
  return call("commands/kubernetes-support.js", ["--output", output], { cwd: directory, env });
}

test("it asks the AWS CLI, and writes nothing when that fails", async () => {
  expect(await run("echo 'not authorized' >&2; exit 254")).toEqual({ status: 1, stdout: "", stderr: "cannot ask EKS for its Kubernetes versions: not authorized\n" });
  expect(existsSync(output)).toBe(false);
});

test("what EKS answers is written by version, its times as days", async () => {
  const answer = { clusterVersions: [
    { clusterVersion: "1.36", endOfStandardSupportDate: "2027-08-01T00:00:00Z", endOfExtendedSupportDate: "2028-08-01T00:00:00Z" },
    { clusterVersion: "1.35", endOfStandardSupportDate: 1806105600, endOfExtendedSupportDate: 1837728000 },
  ] };
  expect(await run(`cat <<'END'\n${JSON.stringify(answer)}\nEND`)).toEqual({ status: 0, stdout: `wrote 2 Kubernetes versions to ${output}\n`, stderr: "" });
  expect((JSON.parse(readFileSync(output, "utf8")) as { versions: unknown }).versions).toEqual([
    { version: "1.35", standardSupportEnds: "2027-03-27", extendedSupportEnds: "2028-03-27" },
    { version: "1.36", standardSupportEnds: "2027-08-01", extendedSupportEnds: "2028-08-01" },
  ]);
});
