import { readFileSync } from "node:fs";
import { join } from "node:path";
import { meaningText } from "../../../../operations/review/meaning/meaning";
import { MEANINGS } from "../../../../operations/review/meaning/meanings";
import { reviewsPage } from "../../../../operations/review/meaning/page";

test("docs/reviews.md is what npm run docs writes", () => {
  expect(readFileSync(join(__dirname, "../../../../docs/reviews.md"), "utf8").split("\n")).toEqual(reviewsPage().split("\n"));
});

test("every row of the model says what it means, and no two rows are one", () => {
  const rows = Object.values(MEANINGS).flat();
  for (const row of rows) expect(meaningText(row.means)).not.toBe("");
  expect(new Set(rows.map(({ of, change }) => `${of} ${change}`)).size).toBe(rows.length);
});
