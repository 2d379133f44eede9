import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../modules/user-error";
import { COMMENT_LIMIT, fit, fitAll } from "./fit";
import { parsePlan } from "./plan-json";
import { renderStack } from "./render";
import { reviewStacks } from "./review-stack";
import { summary } from "./summary";
import { forReader, readerOf } from "./terminal";
import { refuseIfLocked } from "../terraform/folder-lock";
import { readPlans } from "../terraform/plans-file";
import { outputFolder, planJsonFile, stackFolder } from "../terraform/stacks";

/** Options of `npm run review`. */
export interface ReviewOptions {
  readonly limit: number;
  readonly split?: string;
}

/** Shows the plans that `npm run plan` made, or writes a file for each. */
export function review(names: readonly string[], { limit, split }: ReviewOptions): void {
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
