import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/project";

const page = readFileSync(join(PROJECT, "docs/architecture.md"), "utf8");

/** The layers that the lint holds, from first to last; the file is a module, which this suite's loader does not read. */
const layers = () =>
  JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", 'import { LAYERS } from "./.dependency-cruiser.mjs"; console.log(JSON.stringify(LAYERS.map(([name]) => name)))'], {
      cwd: PROJECT,
      encoding: "utf8",
    }),
  ) as string[];

test("the picture has the layers that the lint holds, in their order", () => {
  const drawn = [...page.matchAll(/^ {2}(\w+)\["([^<]+)<br\/>[^"]*"\](?: --> (\w+))?$/gm)].map(([, id, name, next]) => ({ id, name, next }));
  expect(drawn.map(({ name }) => name)).toEqual(layers());
  expect(drawn.map(({ next }) => next)).toEqual([...drawn.slice(1).map(({ id }) => id), undefined]);
});

test("files that the page names exist", () => {
  const named = [...page.matchAll(/`((?:modules|stacks|operations|commands)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test("each test stands at its source's path, but those of the whole project", () => {
  const tests = readdirSync(join(PROJECT, "__tests__"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
  const sourceOf = (file: string) => file.replace(/\.test\.ts$/, ".ts");
  expect(tests.filter((file) => !file.startsWith("whole/") && !existsSync(join(PROJECT, sourceOf(file))))).toEqual([]);
});
