import { stripVTControlCharacters } from "node:util";
import { summary } from "../../../operations/review/summary";
import { forReader, readerOf } from "../../../operations/review/terminal";
import { markdownOf, planCase, reviewsOf } from "../../support/plans";

const person = { isTerminal: true, colours: true };
const markdown = markdownOf(reviewsOf(planCase("engine upgraded in place")));

test("a terminal gets no comment, no box and no fence of Markdown, and every difference", () => {
  const text = stripVTControlCharacters(forReader(markdown, person));
  expect(text).not.toMatch(/<!--|^> |```|\*\*/m);
  expect(text).toContain("CAUTION\n| - Engine restarts with runners on (0.21.8 to 0.21.9) helm_release.main_engine_991B6A10: ");
  expect(text).toMatch(/^ {2}- version: "0\.21\.8"$/m);
});

test("the same text with colours and without; additions and removals differ", () => {
  const coloured = forReader(markdown, person);
  expect(stripVTControlCharacters(coloured)).toBe(forReader(markdown, { isTerminal: true, colours: false }));
  expect(coloured).toContain('\u001b[32m+ version: "0.21.9"');
  expect(coloured).toContain('\u001b[31m- version: "0.21.8"');
});

test("a pipe gets Markdown as it is", () => {
  expect(forReader(markdown, { isTerminal: false, colours: false })).toBe(markdown);
});

test.each([
  [true, {}, { isTerminal: true, colours: true }],
  [true, { NO_COLOR: "1" }, { isTerminal: true, colours: false }],
  [true, { NO_COLOR: "" }, { isTerminal: true, colours: true }],
  [true, { TERM: "dumb" }, { isTerminal: true, colours: false }],
  [false, {}, { isTerminal: false, colours: false }],
])("a terminal: %j with %j", (isTTY, environment, expected) => {
  expect(readerOf({ isTTY }, environment)).toEqual(expected);
});

test("backticks and lines in a value cannot end a difference early", () => {
  const text = forReader("````diff\n+ a: ```\n# b\n````\nafter `it`", { isTerminal: true, colours: false });
  expect(text).toBe("  + a: ```\n  b\nafter it");
});

describe("the summary", () => {
  test("says what comes of each stack, how many warnings it has, and what is next", () => {
    expect(summary(reviewsOf(planCase("protection off")))).toBe(
      [
        "Summary:",
        "    network  no changes",
        "    cluster  1 to change, 1 warning",
        "    addons   no changes",
        "    dagger   no changes",
        "",
        "Next: npm run deploy, which shows each review again and asks (cluster).",
      ].join("\n"),
    );
  });

  test("of a refusal says that something is to be mended", () => {
    expect(summary(reviewsOf(planCase("another service range")))).toMatch(/cluster {2}FAILED[^]*\nNext: mend what failed \(cluster\), then npm run plan\.$/);
  });

  test("of a first deploy says what can be planned later", () => {
    expect(summary(reviewsOf(planCase("first deploy")))).toMatch(/\(network\)\. cluster, addons, dagger can be planned when those before are applied\.$/);
  });

  test("of nothing to do", () => {
    expect(summary(reviewsOf(planCase("no change")))).toMatch(/\nNothing to do: what is deployed is what the configuration says\.$/);
  });
});
