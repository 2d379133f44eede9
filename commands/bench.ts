import { join } from "node:path";
import { bench } from "../operations/bench";
import { command, runCommand } from "../operations/command";

/** `npm run bench`: see `--help`. */
void runCommand(
  command(
    "bench",
    "Measures a synth of all stacks for 1, 10 and 100 fleets: seconds and peak memory of the whole process, over 10 runs.\nExit code 1 if one fleet takes more than the project allows itself.",
  ),
  () => bench(join(__dirname, "../main.js"), console),
);
