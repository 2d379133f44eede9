import { readdirSync } from "node:fs";
import { join } from "node:path";
import { markdownOf, planCase, reviewsOf } from "../../support/plans";

const names = readdirSync(join(__dirname, "../../plans"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".json", ""));

/** Fingerprints are of use to machines only. */
const readable = (markdown: string) => markdown.replace(/<!-- fingerprint .*\n/g, "");

test("there are real plans of all that the review should show", () => {
  expect(names.length).toBeGreaterThanOrEqual(15);
});

test.each(names)("what a reviewer reads: %s", (name) => {
  expect(`\n${readable(markdownOf(reviewsOf(planCase(name))))}\n`).toMatchSnapshot();
});
