import { writeFileSync } from "node:fs";
import { loadConfig } from "../modules/load-config";
import { command, runCommand } from "../operations/command";
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

void runCommand(
  command(
    "graph",
    "Draws the configuration (dagger-ci.yaml, or the file that DAGGER_CI_CONFIG names): network, support nodes with " +
      "their controllers, and each fleet with its nodes, runner sizes, engine and socket. Without options it prints a " +
      "Mermaid flowchart, which GitHub draws in Markdown inside ```mermaid. It reads the configuration alone.",
  )
    .option("--svg <file>", "write an SVG picture to this file instead; it follows the reader's light or dark setting")
    .addHelpText("after", "\nTo keep the flowchart: npm run --silent graph > graph.mmd. Exit code: 0, or 1 if the configuration is wrong."),
  draw,
);
