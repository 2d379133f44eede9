import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema, settingsTable } from "../operations/describe-settings";
import { PROJECT } from "./support/project";

const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");

test("the JSON Schema for editors is the one of today's settings (npm run docs renews it)", () => {
  expect(JSON.parse(read("dagger-ci.schema.json"))).toEqual(jsonSchema());
});

test("the README's table has every setting as it is today (npm run docs renews it)", () => {
  const [, , inReadme] = /(<!-- settings -->\n)([^]*?)(\n<!-- \/settings -->)/.exec(read("README.md"))!;
  expect(inReadme!.split("\n")).toEqual(settingsTable().split("\n"));
});

test("the table gives each setting a default or says that it is required, and an effect", () => {
  const rows = settingsTable().split("\n").slice(2);
  expect(rows.length).toBeGreaterThan(80);
  for (const row of rows) expect(row.split(" | ")[2]!.trim()).not.toMatch(/^\|?$/);
});
