import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chartOf, chartReleases, minimal, PROJECT, synthesize } from "../support/project";

const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");
const guides = [
  ...readdirSync(join(PROJECT, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ...["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"],
];
/** Anchors as GitHub makes them from headings. */
const anchors = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^\w\- ]/g, "").replace(/ /g, "-"));

test.each(guides)("links of %s lead somewhere", (guide) => {
  const links = [...read(guide).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  for (const [link, path, anchor] of links) {
    const file = path === "" ? guide : join(dirname(guide), path!);
    expect([link, existsSync(join(PROJECT, file))]).toEqual([link, true]);
    if (anchor !== undefined) expect(anchors(read(file))).toContain(anchor);
  }
});

test("the configuration in docs/migrating.md is one, keeps the guide's labels, and installs no second Karpenter", () => {
  const [, yaml] = /```yaml\n(name: [^]*?)```/.exec(read("docs/migrating.md"))!;
  const { stacks, config } = synthesize(yaml!);
  const releases = chartReleases(stacks.addons).map(chartOf);
  expect(releases).toEqual(["gha-runner-scale-set-controller"]);
  expect(config.fleets[0]!.runners.map(({ runsOn }) => runsOn)).toContain("ci-guest-main-2c-8g");
  expect(read("docs/migrating.md")).toContain("`ci-guest-main-2c-8g`");
});

/** Pages with fragments of a configuration, each of which a reader may add to his own. */
const FRAGMENTS = guides.filter((guide) => ["docs/github.md", "docs/runners.md", "docs/nodes.md", "docs/roles.md", "docs/states.md"].includes(guide));
test.each(FRAGMENTS.flatMap((guide) => [...read(guide).matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml], i): [string, number, string] => [guide, i + 1, yaml!])))(
  "%s, example %i is taken, and written into the stacks",
  (_guide, _number, yaml) => {
    expect(() => synthesize(minimal(yaml))).not.toThrow();
  },
);

test("settings that guides name exist", () => {
  const schema = read("dagger-ci.schema.json");
  for (const guide of guides) {
    for (const [, path] of read(guide).matchAll(/`((?:engine|nodes|cluster|addons|network|versions|fleets\[\]|github|daggerCloud|images|charts|state)\.[A-Za-z.]+)[`:]/g)) {
      for (const key of path!.split(".").slice(1)) expect([guide, path, schema.includes(`"${key}"`) || key === ""]).toEqual([guide, path, true]);
    }
  }
});

test.each(guides)("commands of %s exist", (guide) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  for (const [, name] of read(guide).matchAll(/npm run (?:--silent )?([a-z-]+)/g)) expect(Object.keys(scripts)).toContain(name);
});

test("the alerts that guides name are those that exist", () => {
  const source = read("modules/monitoring/alerts.ts");
  const named = [...read("docs/monitoring.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, alert]) => alert);
  expect(named.sort()).toEqual([...source.matchAll(/alert: "(\w+)"/g)].map(([, alert]) => alert).sort());
});
