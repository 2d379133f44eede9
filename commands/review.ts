import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { COMMENT_LIMIT, fit, fitAll } from "../operations/review/fit";
import { parsePlan } from "../operations/review/plan-json";
import { renderStack } from "../operations/review/render";
import { reviewStacks } from "../operations/review/review-stack";
import { summary } from "../operations/review/summary";
import { forReader, readerOf } from "../operations/review/terminal";
import { refuseIfLocked } from "../operations/terraform/folder-lock";
import { readPlans } from "../operations/terraform/plans-file";
import { outputFolder, planJsonFile, stackFolder } from "../operations/terraform/stacks";

interface Options {
  readonly limit: number;
  readonly split?: string;
}

/** `npm run review`: see `--help`. */
function review(names: readonly string[], { limit, split }: Options): void {
  const outdir = outputFolder();
  refuseIfLocked(outdir);
  const results = readPlans(outdir);
  const unknown = names.filter((name) => !results.some(({ stack }) => stack === name));
  if (unknown.length > 0) throw new UserError(`there is no plan of ${unknown.join(", ")}: run npm run plan -- ${unknown.join(" ")}`);

  const reviews = reviewStacks(results, (stack) => parsePlan(readFileSync(planJsonFile(stackFolder(outdir, stack)), "utf8")));
  const rendered = reviews
    .filter(({ result }) => names.length === 0 || names.includes(result.stack))
    .map((reviewed) => ({ ...renderStack(reviewed), fingerprint: reviewed.fingerprint ?? "" }));
  if (split === undefined) {
    const reader = readerOf(process.stdout);
    // A terminal has no limit of its own.
    console.log(forReader(fitAll(rendered, reader.isTerminal && limit === COMMENT_LIMIT ? Infinity : limit), reader));
    if (reader.isTerminal) console.log(`\n${summary(reviews.filter(({ result }) => rendered.some(({ stack }) => stack === result.stack)))}`);
    return;
  }
  mkdirSync(split, { recursive: true });
  for (const stack of rendered) {
    writeFileSync(join(split, `${stack.stack}.md`), `${fit(stack, limit)}\n`);
    writeFileSync(join(split, `${stack.stack}.fingerprint`), `${stack.fingerprint}\n`);
  }
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || (limit !== 0 && limit < 2000)) {
    throw new InvalidArgumentError("0 for no limit, or a whole number from 2000.");
  }
  return limit === 0 ? Infinity : limit;
}

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
