import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../support/project";

/** The workflows' script against a stand-in for GitHub's API. */
const BOT = { login: "github-actions[bot]" };
let directory: string;
let server: Server;
let answers: Record<string, unknown>;
let writes: { call: string; body: unknown }[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  writes = [];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const path = request.url!.replace("/repos/acme/ci/", "").replace(/[?&]per_page.*$/, "");
      if (request.method !== "GET") writes.push({ call: `${request.method ?? ""} ${path}`, body: JSON.parse(text) as unknown });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.method === "GET" ? (answers[path] ?? []) : { number: 9 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

const sticky = (...args: string[]) => stickyOf("", ...args);
function stickyOf(config: string, ...args: string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [join(PROJECT, ".ci/sticky.mjs"), ...args], {
    cwd: directory,
    env: { ...process.env, GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "acme/ci", GITHUB_TOKEN: "t", DAGGER_CI_CONFIG: config },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => child.on("close", (code) => (code === 0 ? resolve(text.trim()) : reject(new Error(String(code))))));
}

const comment = (id: number, stack: string, text: string, user = BOT) => ({ id, user, body: `<!-- dagger-on-eks plan of ${stack} -->\n${text}` });
const write = (file: string, text: string) => writeFileSync(join(directory, file), text);

test("installations of one repository have comments and issues of their own", async () => {
  const marked = "<!-- dagger-on-eks plan of network of staging.yaml -->";
  answers = {
    "issues/7/comments": [comment(1, "network", "production's"), { id: 2, user: BOT, body: `${marked}\n<!-- fingerprint abc -->` }],
    "commits/c0ffee/pulls": [{ number: 7 }],
    "issues?state=open": [{ number: 3, title: "Drift", user: BOT }],
  };
  write("network.md", comment(0, "network", "### `network`: 1 to change").body);
  write("network.fingerprint", "abc");
  expect(await stickyOf("staging.yaml", "reviewed", "c0ffee", "network", "network.fingerprint")).toBe("This is the plan that was reviewed in #7.");
  await stickyOf("staging.yaml", "comments", "7", ".");
  await stickyOf("staging.yaml", "issue", "Drift", "network.md");
  expect(writes.map(({ call }) => call)).toEqual(["PATCH issues/comments/2", "POST issues"]);
  expect(writes[0]!.body).toEqual({ body: `${marked}\n### \`network\` of staging.yaml: 1 to change` });
  expect(writes[1]!.body).toMatchObject({ title: "Drift of staging.yaml" });
});

test("one comment for each stack: written over, made, left alone, or not worth making", async () => {
  answers = {
    "issues/7/comments": [comment(1, "network", "old"), comment(2, "dagger", "same"), comment(3, "cluster", "forged", { login: "mallory" })],
  };
  write("network.md", comment(0, "network", "### `network`: no changes\n").body);
  write("cluster.md", comment(0, "cluster", "### `cluster`: 1 to change").body);
  write("addons.md", comment(0, "addons", "### `addons`: no changes\n").body);
  write("dagger.md", comment(0, "dagger", "same\n").body);
  expect(await sticky("comments", "7", ".")).toBe("addons.md: nothing to say\ncluster.md: new\ndagger.md: as before\nnetwork.md: updated");
  expect(writes.map(({ call }) => call)).toEqual(["POST issues/7/comments", "PATCH issues/comments/1"]);
});

test("a deploy's plan is compared with the one in the pull request", async () => {
  answers = { "commits/abc/pulls": [{ number: 7 }], "issues/7/comments": [comment(1, "network", "<!-- fingerprint f00 -->\n### `network`")] };
  write("same", "f00\n");
  write("other", "bad\n");
  expect(await sticky("reviewed", "abc", "network", "same")).toBe("This is the plan that was reviewed in #7.");
  expect(await sticky("reviewed", "abc", "network", "other")).toBe("**This is not the plan of #7: something moved since. Read it again.**");
  expect(await sticky("reviewed", "def", "network", "same")).toBe("**No pull request brought this commit: read the plan.**");
});

test("one issue about drift: opened, updated, closed", async () => {
  write("drift.md", "text");
  answers = {};
  expect(await sticky("issue", "Drift", "drift.md")).toBe("opened #9");
  answers = { "issues?state=open": [{ number: 4, title: "Drift", user: BOT }] };
  expect(await sticky("issue", "Drift", "drift.md")).toBe("updated #4");
  expect(await sticky("issue", "Drift", "no-file.md")).toBe("closed #4");
  expect(writes).toEqual([
    { call: "POST issues", body: { title: "Drift", body: "text" } },
    { call: "PATCH issues/4", body: { body: "text" } },
    { call: "PATCH issues/4", body: { state: "closed", state_reason: "completed" } },
  ]);
});
