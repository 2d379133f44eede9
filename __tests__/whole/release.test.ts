import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../support/project";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-release-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const IDENTITY = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.test", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.test" };
const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ...IDENTITY, GIT_CONFIG_GLOBAL: "/dev/null" } });

/** A repository with these files, committed and tagged. */
function repository(name: string, files: Record<string, string>, tag?: string): string {
  const folder = join(directory, name);
  if (!existsSync(folder)) {
    mkdirSync(folder);
    git(folder, "init", "--quiet", "--initial-branch=main");
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", name);
  if (tag !== undefined) git(folder, "tag", tag);
  return folder;
}

/** Names of the files in a zip, from its central directory: a name's length stands at byte 28 of an entry, the name at 46. */
function filesIn(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf("PK\x01\x02", 0, "latin1"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4, "latin1")) {
    names.push(zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return names.filter((name) => !name.endsWith("/")).sort();
}

describe(".ci/release", () => {
  const attributes = readFileSync(join(PROJECT, ".gitattributes"), "utf8");
  const project = (files: Record<string, string> = {}) => {
    mkdirSync(join(directory, "project/.ci"), { recursive: true });
    cpSync(join(PROJECT, ".ci/release"), join(directory, "project/.ci/release"));
    git(join(directory, "project"), "init", "--quiet");
    return repository("project", {
      ".gitattributes": attributes,
      "package.json": '{"version": "0.2.0"}',
      "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-25\n\n### Added\n\n- A thing.\n\n## [0.1.0]\n\n- An older thing.\n",
      "dagger-ci.yaml": "name: dagger-ci\n",
      ".github/workflows/release.yml": "name: release\n",
      ".github/workflows/plan.yml": "name: plan\n",
      ...files,
    });
  };
  const release = (folder: string, version: string) => spawnSync(join(folder, ".ci/release"), [version, join(directory, "out")], { encoding: "utf8" });

  test("writes the version's notes, and a zip without what only makes releases", () => {
    expect(release(project(), "0.2.0").stderr).toBe("");
    expect(readFileSync(join(directory, "out/notes.md"), "utf8").trim()).toBe("### Added\n\n- A thing.");
    expect(filesIn(readFileSync(join(directory, "out/dagger-on-eks-0.2.0.zip")))).toEqual(
      [".gitattributes", ".github/workflows/plan.yml", "CHANGELOG.md", "dagger-ci.yaml", "package.json"].map((file) => `dagger-on-eks-0.2.0/${file}`),
    );
  });

  test.each([
    ["v0.2.0", {}, "version: received v0.2.0, allowed: three numbers, such as 0.2.0\n"],
    ["0.3.0", {}, "package.json has version 0.2.0, not 0.3.0: run npm version 0.3.0 --no-git-tag-version, and commit\n"],
    ["0.2.0", { "CHANGELOG.md": "## [Unreleased]\n\n- A thing.\n" }, 'CHANGELOG.md has no section "## [0.2.0]" with text: rename "Unreleased", and commit\n'],
  ])("refuses %s %j, and writes nothing", (version, files, says) => {
    const { status, stderr } = release(project(files), version);
    expect([status, stderr, existsSync(join(directory, "out"))]).toEqual([1, says, false]);
  });

  test("refuses what is not committed", () => {
    const folder = project();
    writeFileSync(join(folder, "dagger-ci.yaml"), "name: other\n");
    expect(release(folder, "0.2.0").stderr).toBe("not everything is committed: a release is made of commits\n");
  });
});

describe("docs/upgrading.md, followed to the letter", () => {
  const [once, unrelated, each] = [...readFileSync(join(PROJECT, "docs/upgrading.md"), "utf8").matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text);
  const attributes = readFileSync(join(PROJECT, ".gitattributes"), "utf8");
  const first = { ".gitattributes": attributes, "dagger-ci.yaml": "name: dagger-ci\nregion: eu-west-1\n", "main.ts": "one\n", "locks/.gitkeep": "" };
  const follow = (folder: string, script: string, upstream: string) =>
    execFileSync("bash", ["-euc", script], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...IDENTITY, GIT_CONFIG_GLOBAL: "/dev/null", UPSTREAM: upstream, CURRENT: "v0.1.0", NEWER: "v0.2.0" },
    });
  const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
  const edits = { "dagger-ci.yaml": "name: acme-ci\nregion: us-east-1\n", "locks/network.terraform.lock.hcl": "# ours\n", "modules/own.ts": "ours\n" };
  const second = { "dagger-ci.yaml": "name: dagger-ci\nregion: eu-west-1\nfleets: []\n", "main.ts": "two\n", "modules/new.ts": "new\n" };

  function upgraded(began: "zip" | "clone") {
    const upstream = repository("upstream", first, "v0.1.0");
    if (began === "clone") git(directory, "clone", "--quiet", upstream, "mine");
    const mine = repository("mine", began === "zip" ? first : edits);
    if (began === "zip") repository("mine", edits);
    repository("upstream", second, "v0.2.0");
    follow(mine, once!, upstream);
    if (began === "zip") follow(mine, unrelated!, upstream);
    expect(read(mine, "main.ts")).toBe("one\n");
    follow(mine, each!, upstream);
    return mine;
  }

  test.each(["zip", "clone"] as const)("a repository that began as a %s gets what is new and keeps what is its own", (began) => {
    const mine = upgraded(began);
    expect(git(mine, "branch", "--show-current").trim()).toBe("upgrade-v0.2.0");
    expect([read(mine, "main.ts"), read(mine, "modules/new.ts"), read(mine, "modules/own.ts")]).toEqual(["two\n", "new\n", "ours\n"]);
    expect([read(mine, "dagger-ci.yaml"), read(mine, "locks/network.terraform.lock.hcl")]).toEqual(Object.values(edits).slice(0, 2));
  });
});
