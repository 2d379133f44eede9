import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { loadConfig } from "../modules/config/load";
import { ConfigError } from "../modules/config/problems";
import { mermaid } from "../operations/graph/mermaid";
import { picture } from "../operations/graph/picture";
import { svg } from "../operations/graph/svg";

/** `npm run graph`: see `--help`. */
function draw({ svg: file }: { readonly svg?: string }): void {
  const drawn = picture(loadConfig());
  if (file === undefined) {
    console.log(mermaid(drawn));
    return;
  }
  writeFileSync(file, svg(drawn));
  console.log(`wrote ${file}`);
}

const command = new Command("npm run graph --")
  .description(
    "Draws the configuration (dagger-ci.yaml, or the file that DAGGER_CI_CONFIG names): network, support nodes with " +
      "their controllers, and each fleet with its nodes, runner sizes, engine and socket. Without options it prints a " +
      "Mermaid flowchart, which GitHub draws in Markdown inside ```mermaid. It reads the configuration alone.",
  )
  .option("--svg <file>", "write an SVG picture to this file instead; it follows the reader's light or dark setting")
  .addHelpText("after", "\nTo keep the flowchart: npm run --silent graph > graph.mmd. Exit code: 0, or 1 if the configuration is wrong.")
  .action(draw);

try {
  command.parse();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof Error && "syscall" in error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
