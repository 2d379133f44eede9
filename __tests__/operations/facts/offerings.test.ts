import { mergeOfferings } from "../../../operations/facts/offerings";

const type = (name: string) => ({ name, architecture: "amd64" as const, vcpu: 2, memoryMib: 8192, maxPods: 29 });

test("what one region sells now replaces what was known of it, and of no other", () => {
  const table = { source: "s", date: "2026-01-01", regions: ["eu-west-1", "us-east-1"], types: [type("m6i.large"), { ...type("m7i.large"), in: ["us-east-1"] }] };
  expect(mergeOfferings(table, new Map([["eu-west-1", [type("m7i.large")]]])).types).toEqual([
    { ...type("m6i.large"), in: ["us-east-1"] },
    type("m7i.large"),
  ]);
});
