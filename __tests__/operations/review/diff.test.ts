import { attributeLines } from "../../../operations/review/attribute-text";
import { attributeChanges } from "../../../operations/review/diff";
import type { Change } from "../../../operations/review/plan-json";

const lines = (change: Partial<Change>, type = "aws_x") => attributeLines(attributeChanges(type, { actions: ["update"], ...change }));

describe("sensitive values", () => {
  test("are masked where the plan masks them, before or after", () => {
    expect(lines({ before: { password: "old" }, after: { password: "new" }, after_sensitive: { password: true } })).toEqual([
      "- password: (sensitive value)",
      "+ password: (sensitive value)",
    ]);
    expect(lines({ before: { password: "old" }, after: { password: "new" }, before_sensitive: { password: true } }).join()).not.toMatch(/old|new/);
  });

  test("are masked inside lists, blocks and whole values", () => {
    const change = {
      before: { set: [{ name: "a", value: "old" }], whole: null },
      after: { set: [{ name: "a", value: "new" }], whole: ["secret"] },
      before_sensitive: { set: [{ value: true }] },
      after_sensitive: { set: [{ value: true }], whole: [true] },
    };
    expect(lines(change)).toEqual(["- set.value: (sensitive value)", "+ set.value: (sensitive value)", "+ whole: (sensitive value)"]);
  });

  test("are not told when the whole resource is sensitive", () => {
    expect(lines({ before: { a: "old" }, after: { a: "new" }, before_sensitive: true, after_sensitive: true })).toEqual([
      "- : (sensitive value)",
      "+ : (sensitive value)",
    ]);
  });

  test("that stay say nothing", () => {
    expect(lines({ before: { a: "x" }, after: { a: "x" }, after_sensitive: { a: true } })).toEqual([]);
  });
});

describe("values that are known after the apply", () => {
  test("show what they were", () => {
    expect(lines({ before: { endpoint: "a" }, after: {}, after_unknown: { endpoint: true } })).toEqual([
      '- endpoint: "a"',
      "+ endpoint: (known after the apply)",
    ]);
  });

  test("that were not there before share a line", () => {
    expect(lines({ before: {}, after: {}, after_unknown: { a: true, b: { c: true } } })).toEqual(["  known after the apply: a, b.c"]);
  });

  test("inside a list that is new make it unknown, without holes", () => {
    expect(lines({ before: {}, after: { ids: [null] }, after_unknown: { ids: [true] } })).toEqual(["  known after the apply: ids"]);
  });
});

describe("what is compared by its parts", () => {
  test("a chart's values, whatever they were written in: another form of the same is no change", () => {
    const json = [JSON.stringify({ replicas: 2, resources: { requests: { cpu: "100m" } } })];
    const yaml = (cpu: string) => [`replicas: 2\nresources:\n  requests:\n    cpu: "${cpu}"\n`];
    expect(lines({ before: { values: json }, after: { values: yaml("100m") } }, "helm_release")).toEqual([]);
    expect(lines({ before: { values: json }, after: { values: yaml("200m") } }, "helm_release")).toEqual([
      '- values.resources.requests.cpu: "100m"',
      '+ values.resources.requests.cpu: "200m"',
    ]);
    expect(lines({ before: { values: yaml("1") }, after: {}, after_unknown: { values: true } }, "helm_release")).toEqual([
      `- values: ["replicas: 2\\nresources:\\n  requests:\\n    cpu: \\"1\\"\\n"]`,
      "+ values: (known after the apply)",
    ]);
    expect(lines({ before: { values: yaml("1") }, after: { values: ["a: b: c"] } }, "helm_release")).toEqual([
      `- values: "replicas: 2\\nresources:\\n  requests:\\n    cpu: \\"1\\"\\n"`,
      '+ values: "a: b: c"',
    ]);
    // Elsewhere a text is a text.
    expect(lines({ before: { values: ["a: 1"] }, after: { values: ["a:  1"] } })).toEqual(['- values: "a: 1"', '+ values: "a:  1"']);
  });

  test("JSON in a string, however deep", () => {
    const values = (level: string) => [JSON.stringify({ engine: { configJson: JSON.stringify({ logLevel: level, gc: true }) } })];
    expect(lines({ before: { values: values("info") }, after: { values: values("debug") } }, "helm_release")).toEqual([
      '- values.engine.configJson.logLevel: "info"',
      '+ values.engine.configJson.logLevel: "debug"',
    ]);
  });

  test("the same JSON in another form is no change", () => {
    expect(lines({ before: { policy: '{"a":1,"b":2}' }, after: { policy: '{ "b": 2, "a": 1 }' } })).toEqual([]);
  });

  test("lists by the names of their items: one more in front changes no other", () => {
    const item = (name: string, value: string) => ({ name, value });
    expect(lines({ before: { env: [item("A", "1"), item("B", "2")] }, after: { env: [item("C", "3"), item("A", "1"), item("B", "4")] } })).toEqual([
      '- env[B].value: "2"',
      '+ env[B].value: "4"',
      '+ env[C].name: "C"',
      '+ env[C].value: "3"',
    ]);
  });

  test("lists of plain values by what is gone and what came", () => {
    expect(lines({ before: { logs: ["api", "audit"] }, after: { logs: ["audit", "scheduler"] } })).toEqual([
      '- logs[]: "api"',
      '+ logs[]: "scheduler"',
    ]);
    expect(lines({ before: { logs: ["a", "b"] }, after: { logs: ["b", "a"] } })[0]).toBe('- logs (order): ["a","b"]');
  });

  test("texts of several lines by their lines", () => {
    expect(lines({ before: { script: "a\nb\nc" }, after: { script: "a\nB\nc\nd" } })).toEqual(["  script:", "-     b", "+     B", "+     d"]);
  });
});

test("tags are told once, and what every change computes anew not at all", () => {
  expect(lines({ before: { id: "1", tags: {}, tags_all: {} }, after: { tags: { a: "b" }, tags_all: { a: "b" } }, after_unknown: { id: true } })).toEqual([
    '+ tags.a: "b"',
  ]);
});

test("long values and long changes say what is left out", () => {
  const [line] = lines({ before: {}, after: { text: "x".repeat(5000) } });
  expect(line).toMatch(/^\+ text: "x+… \(5002 characters\)$/);
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, i]));
  expect(lines({ before: {}, after: many }).at(-1)).toBe("  … 120 more lines are left out");
});

test("a sensitive name in a list is told by its place", () => {
  const item = (name: string, value: string) => ({ name, value });
  const changes = attributeChanges("helm_release", {
    actions: ["update"],
    before: { set: [item("s3cret-one", "a"), item("s3cret-two", "b")] },
    after: { set: [item("s3cret-one", "a"), item("s3cret-three", "c")] },
    before_sensitive: { set: [{ name: true, value: true }, { name: true, value: true }] },
    after_sensitive: { set: [{ name: true, value: true }, { name: true, value: true }] },
  });
  expect(JSON.stringify(changes)).not.toContain("s3cret");
  expect(changes.map(({ path, before, after }) => [path, before, after])).toEqual([
    ["set[1].name", "sensitive", "sensitive"],
    ["set[1].value", "sensitive", "sensitive"],
  ]);
});
