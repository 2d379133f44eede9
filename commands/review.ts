import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { UserError } from "../modules/user-error";
import { command, runCommand } from "../operations/command";
import { COMMENT_LIMIT, fit, fitAll } from "../operations/review/fit";
import { parsePlan } from "../operations/review/plan-json";
import { renderStack } from "../operations/review/render";
import { reviewStacks } from "../operations/review/review-stack";
import { secretSources } from "../operations/review/rules/secret-store";
import { readSynthesized } from "../operations/synthesized";
import { refuseIfLocked } from "../operations/terraform/folder-lock";
import { readPlans } from "../operations/terraform/plans-file";
import { outputFolder, planJsonFile, stackFolder } from "../operations/terraform/stacks";

interface Options {
  readonly limit: number;
  readonly split?: string;
  readonly base?: string;
}

/** `npm run review`: see `--help`. */
function review(names: readonly string[], { limit, split, base }: Options): void {
  const outdir = outputFolder();
  refuseIfLocked(outdir);
  const results = readPlans(outdir);
  const unknown = names.filter((name) => !results.some(({ stack }) => stack === name));
  if (unknown.length > 0) throw new UserError(`there is no plan of ${unknown.join(", ")}: run npm run plan -- ${unknown.join(" ")}`);

  const reviews = reviewStacks(
    results,
    (stack) => parsePlan(readFileSync(planJsonFile(stackFolder(outdir, stack)), "utf8")),
    base === undefined ? undefined : sourcesAgainst(base, outdir),
  );
  const rendered = reviews
    .filter(({ result }) => names.length === 0 || names.includes(result.stack))
    .map((reviewed) => ({ ...renderStack(reviewed), fingerprint: reviewed.fingerprint ?? "" }));
  if (split === undefined) {
    console.log(fitAll(rendered, limit));
    return;
  }
  mkdirSync(split, { recursive: true });
  for (const stack of rendered) {
    writeFileSync(join(split, `${stack.stack}.md`), `${fit(stack, limit)}\n`);
    writeFileSync(join(split, `${stack.stack}.fingerprint`), `${stack.fingerprint}\n`);
  }
}

/** What the synthesised stacks of another revision tell that no plan does. */
function sourcesAgainst(base: string, outdir: string) {
  if (!existsSync(join(base, "manifest.json"))) throw new UserError(`${base} holds no synthesised stacks`);
  const [before, after] = [readSynthesized(base), readSynthesized(outdir)];
  return (stack: string) => {
    const templates = [before, after].map((stacks) => stacks.find(({ name }) => name === stack)?.template);
    return templates[0] && templates[1] ? secretSources(templates[0], templates[1]) : [];
  };
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
    "Shows the plans that npm run plan made, as Markdown: warnings, what is replaced and destroyed, what changes attribute\n" +
      "by attribute, what is added. Values that Terraform knows to be sensitive are left out.",
  )
    .argument("[stack...]", "stacks to show; default: all that were planned")
    .option("--limit <characters>", "most characters, 0 for no limit", limitOf, COMMENT_LIMIT)
    .option("--split <folder>", "write <stack>.md and <stack>.fingerprint there, each within the limit, instead of showing all")
    .option("--base <folder>", "synthesised stacks to compare with, such as the main branch's: shows which secrets are read from elsewhere")
    .addHelpText("after", "\nExit code: 0, or 1 if there is nothing to show.\nEnvironment: CDKTF_OUTDIR."),
  review,
);
