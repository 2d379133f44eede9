import { InvalidArgumentError } from "commander";
import { command, runCommand } from "../operations/command";
import { COMMENT_LIMIT } from "../operations/review/fit";
import { review } from "../operations/review/review";

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || (limit !== 0 && limit < 2000)) {
    throw new InvalidArgumentError("0 for no limit, or a whole number from 2000.");
  }
  return limit === 0 ? Infinity : limit;
}

/** `npm run review`: see `--help`. */
void runCommand(
  command(
    "review",
    "Shows the plans that npm run plan made (in a terminal for people, elsewhere as Markdown): warnings, what is replaced\n" +
      "and destroyed, what changes attribute by attribute, what is added. Values that Terraform knows to be sensitive are left out.",
  )
    .argument("[stack...]", "stacks to show; default: all that were planned")
    .option("--limit <characters>", "most characters, 0 for no limit", limitOf, COMMENT_LIMIT)
    .option("--split <folder>", "write <stack>.md and <stack>.fingerprint there, each within the limit, instead of showing all")
    .addHelpText("after", "\nExit code: 0, or 1 if there is nothing to show.\nEnvironment: CDKTF_OUTDIR, NO_COLOR."),
  review,
);
