import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MOMENTS } from "../../../operations/timeline/moments";
import { PROJECT } from "../../support/project";

test("docs/timeline.md has the moments, whose time they are, and where they are read", () => {
  const [, path] = readFileSync(join(PROJECT, "docs/timeline.md"), "utf8").split("## The path");
  const rows = [...path!.split("\n\n")[1]!.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].slice(2).map(([, ...cells]) => cells);
  expect(rows).toEqual(MOMENTS.map(({ title, owner, source }) => [title, owner, source]));
});
