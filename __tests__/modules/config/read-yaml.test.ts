import { parseConfig } from "../../../modules/load-config";
import { failure, problemsIn } from "../../support/problems";
import { minimal } from "../../support/project";

test.each([
  ["a tab before a setting", minimal("network:\n\tnat: none"), ['(the file) | "a tab before a setting" | spaces: YAML takes no tabs to indent']],
  ["a second document", `${minimal()}---\nname: other\n`, ['(the file) | "a second document" | one document: take out the line --- and what does not belong here']],
  ["an alias without its anchor", minimal("network: *nowhere"), ['(the file) | "*nowhere" | a name that an anchor (&nowhere) before it gives']],
  ["a tag of CloudFormation", minimal().replace("dagger-ci\n", "!Ref Name\n"), ['(the file) | "Unresolved tag: !Ref" | plain YAML, without tags such as !Ref']],
  ["keys twice, in any map, from top to end, besides other faults", minimal("network: {nat: none, nat: one}\ntags: {a: 1}\nstate: !Ref Name\ntags:\n  ? [a, b]\n  : 1\n  c: 1\n  c: 2\n"), [
    "(the file) | nat | each setting once",
    '(the file) | "Unresolved tag: !Ref" | plain YAML, without tags such as !Ref',
    "(the file) | tags | each setting once",
    "(the file) | c | each setting once",
  ]],
  ["more than a megabyte", `${minimal()}# ${"x".repeat(20_000_000)}`, ['(the file) | "20.0 MB" | a configuration of at most 1 MB']],
])("%s is told in a sentence", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});

test("lists within lists by the thousand end in a sentence, not in a full stack", () => {
  expect(failure(`a: ${"[".repeat(50_000)}`).problems.length).toBeGreaterThan(0);
});

test("merge keys take another map's settings, and one's own go first", () => {
  const { fleets } = parseConfig(minimal("fleets:\n  - &a {name: a, runners: [{cpu: 2, memory: 8Gi, max: 1}]}\n  - {<<: *a, name: b}"));
  expect(fleets.map(({ name, runners }) => [name, runners.length])).toEqual([["a", 1], ["b", 1]]);
});

test("no more problems are printed than somebody reads; a megabyte of them takes seconds", () => {
  const settings = Array.from({ length: 40_000 }, (_, i) => `unknown-${i}: 1`).join("\n");
  const { message } = failure(minimal(settings));
  expect(message).toMatch(/^dagger-ci\.yaml: 40000 problems, nothing was written\n/);
  expect(message).toMatch(/\n\nand 39975 more, which are told when these are mended$/);
});
