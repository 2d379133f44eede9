import { readFileSync, writeFileSync } from "node:fs";
import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { jsonSchema, settingsTable } from "../operations/describe-settings";
import { workflow } from "../operations/workflow";

/** `npm run docs`: see `--help`. Tests fail while what is generated is out of date. */
function docs(): void {
  writeFileSync("dagger-ci.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`);

  const readme = readFileSync("README.md", "utf8");
  writeFileSync(
    "README.md",
    readme.replace(/(<!-- settings -->\n)[^]*?(\n<!-- \/settings -->)/, (_all, start: string, end: string) =>
      [start, settingsTable(), end].join(""),
    ),
  );

  for (const [name, file] of [
    ["dagger", "dagger-ci.yaml"],
    ["dagger-summerwind", "examples/configurations/guide.yaml"],
  ] as const) {
    const config = loadConfig(file);
    const fleet = config.fleets[0]!;
    writeFileSync(`examples/workflows/${name}.yml`, workflow(config, fleet, fleet.runners[0]!));
  }
  console.log("wrote dagger-ci.schema.json, the settings in README.md, and examples/workflows");
}

void runCommand(
  command(
    "docs",
    "Writes what is generated: dagger-ci.schema.json and the README's table of settings from the schema, and the example\n" +
      "workflows from the configurations that they belong to.",
  ),
  docs,
);
