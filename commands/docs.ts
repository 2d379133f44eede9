import { writeFileSync } from "node:fs";
import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
import { jsonSchema, settingsPage } from "../operations/describe-settings";
import { docsPictures } from "../operations/docs-pictures";
import { reviewsPage } from "../operations/review/meaning/page";
import { workflow } from "../operations/workflow";

/** `npm run docs`: see `--help`. Tests fail while what is generated is out of date. */
function docs(): void {
  writeFileSync("dagger-ci.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`);

  writeFileSync("docs/settings.md", settingsPage());
  for (const [name, text] of Object.entries(docsPictures())) writeFileSync(`docs/images/${name}`, text);
  writeFileSync("docs/reviews.md", reviewsPage());

  for (const [name, file] of [
    ["dagger", "examples/configurations/default.yaml"],
    ["dagger-summerwind", "examples/configurations/guide.yaml"],
  ] as const) {
    const config = loadConfig(file);
    const fleet = config.fleets[0]!;
    writeFileSync(`examples/workflows/${name}.yml`, workflow(config, fleet, fleet.runners[0]!));
  }
  console.log("wrote dagger-ci.schema.json, docs/settings.md, docs/reviews.md, docs/images and examples/workflows");
}

void runCommand(
  command(
    "docs",
    "Writes what is generated: dagger-ci.schema.json and docs/settings.md from the schema, docs/reviews.md from\n" +
      "the model of reviews, the README's pictures, and the example workflows from the configurations that they\n" +
      "belong to.",
  ),
  docs,
);
