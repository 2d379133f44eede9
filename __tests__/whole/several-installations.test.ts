import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { minimal, PROJECT, synthesize } from "../support/project";

/** The copies of the workflows that the guide makes for a second installation, by the guide's own words. */
describe("workflows of a second installation", () => {
  const folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [, script] = /```sh\n([^]*?)```/.exec(readFileSync(join(PROJECT, "docs/several-installations.md"), "utf8"))!;
  cpSync(join(PROJECT, ".github"), join(folder, ".github"), { recursive: true });
  execFileSync("bash", ["-euc", script!], { cwd: folder });
  const workflows = join(folder, ".github/workflows");
  const read = (file: string) => readFileSync(join(workflows, file), "utf8");
  const copies = readdirSync(workflows).filter((file) => file.startsWith("staging-"));

  test("are one for each that delivers", () => {
    expect(copies.sort()).toEqual(["deploy-stack", "deploy", "drift", "plan"].map((name) => `staging-${name}.yml`));
  });

  test.each(copies)("%s shares no variable, no queue, no name and no called workflow with the first", (file) => {
    const text = read(file);
    const [copy, first] = [text, read(file.replace("staging-", ""))].map((each) => parse(each) as { name: string; env: object; concurrency?: { group: string } });
    expect(text.match(/vars\.(?!STAGING_)\w+/g)).toBeNull();
    expect(copy!.env).toMatchObject({ DAGGER_CI_CONFIG: "${{ vars.STAGING_DAGGER_CI_CONFIG }}", CDKTF_OUTDIR: "cdktf.out" });
    expect(copy!.name).toBe(`${first!.name} (staging)`);
    if (first!.concurrency) expect(copy!.concurrency!.group).toBe(`staging-${first!.concurrency.group}`);
    for (const [, called] of text.matchAll(/uses: \.\/\.github\/workflows\/(\S+)/g)) expect(copies).toContain(called);
  });
});

test("the configurations of two in one cluster are taken", () => {
  const guide = readFileSync(join(PROJECT, "docs/several-installations.md"), "utf8");
  const [guest, first] = [...guide.matchAll(/^ *```yaml\n([^]*?)^ *```/gm)].map(([, yaml]) => yaml!.replace(/^ {3}(?=addons| {2})/gm, ""));
  expect(synthesize(minimal(guest!.replace("name: team-b\n", ""))).config.fleets[0]!.namespace).toBe("dagger-dagger-ci-main");
  expect(JSON.stringify(synthesize(minimal(first)).stacks.cluster)).toContain("role/team-b-runner-node");
});
