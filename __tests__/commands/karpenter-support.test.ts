import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "../support/commands";

const directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-facts-"));
afterAll(() => rmSync(directory, { recursive: true }));
const call = commandCalls();
const page = "| Kubernetes |   1.35   |   1.36  |\n|---|---|---|\n| karpenter  | \\>= 1.9 | 1.13.x |\n";
const server = createServer((_request, response) => response.end(page));
beforeAll((done) => void server.listen(0, "127.0.0.1", done));
afterAll((done) => void server.close(done));

test("it reads the matrix of the documentation", async () => {
  const output = join(directory, "karpenter.json");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await call("commands/karpenter-support.js", ["--url", url, "--output", output], { cwd: directory })).toEqual({
    status: 0,
    stdout: `wrote the oldest Karpenter for 2 Kubernetes versions to ${output}\n`,
    stderr: "",
  });
  expect((JSON.parse(readFileSync(output, "utf8")) as { leastFor: unknown }).leastFor).toEqual([
    { kubernetes: "1.35", karpenter: "1.9.0" },
    { kubernetes: "1.36", karpenter: "1.13.0" },
  ]);
});
