import { readFileSync, writeFileSync } from "node:fs";
import { jsonSchema, settingsTable } from "../modules/config/describe";

/**
 * `npm run docs`: writes what is generated from the configuration's schema: dagger-ci.schema.json, and the table of
 * settings in the README. A test fails while they are out of date.
 */
writeFileSync("dagger-ci.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`);
const readme = readFileSync("README.md", "utf8");
writeFileSync(
  "README.md",
  readme.replace(/(<!-- settings -->\n)[^]*?(\n<!-- \/settings -->)/, (_all, start: string, end: string) =>
    [start, settingsTable(), end].join(""),
  ),
);
console.log("wrote dagger-ci.schema.json and the settings in README.md");
