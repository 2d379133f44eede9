import { COMMENT_LIMIT, fit } from "../../../operations/review/fit";
import { code, codeBlock } from "../../../operations/review/markdown";
import type { PlanJson } from "../../../operations/review/plan-json";
import { fingerprint } from "../../../operations/review/fingerprint";
import { renderStack } from "../../../operations/review/render";
import { reviewStacks } from "../../../operations/review/review-stack";
import { markdownOf, planCase, reviewsOf } from "../../support/plans";

/** A real plan whose changes are there many times over, under other names. */
function enlarged(times: number) {
  const { json } = planCase("nodes that roll");
  const { resource_changes = [], ...plan } = json.cluster!;
  const more = Array.from({ length: times }, (_, i) =>
    resource_changes.map((resource) => ({
      ...resource,
      address: `${resource.address}-${i}`,
      change: { ...resource.change, after: { ...(resource.change.after as object), number: `${resource.address} ${i}` } },
    })),
  );
  return { ...plan, resource_changes: more.flat() };
}

const review = (plan: PlanJson) => reviewStacks([{ stack: "cluster", outcome: "changes", dependencies: [] }], () => plan)[0]!;

describe("a review that is too long", () => {
  const rendered = renderStack(review(enlarged(40)));
  const text = fit(rendered);

  test("fits GitHub's limit for a comment, with room to spare", () => {
    expect(fit(rendered, Infinity).length).toBeGreaterThan(65_536);
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text.length).toBeGreaterThan(60_000);
  });

  test("says what was cut and how to see it", () => {
    expect(text).toMatch(/\*\*Cut to fit a comment\.\*\* Left out: \d+ entries of \d+ under “Changed”\. `npm run review -- --limit 0` shows all\.$/);
  });

  test("ends no code block early", () => {
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
  });

  test("of all stacks together: small ones are whole, the large one is cut", () => {
    const { plans, json } = planCase("nodes that roll");
    const all = markdownOf(reviewsOf({ ...planCase("nodes that roll"), plans, json: { ...json, cluster: enlarged(40) } }), 20_000);
    expect(all.length).toBeLessThanOrEqual(20_000);
    expect(all).toContain("### `addons`: no changes");
    expect(all).toContain("**Every node is replaced**");
    expect(all.match(/Cut to fit a comment/g)).toHaveLength(1);
  });
});

test("a hundred fleets that change alike fit a comment: one warning and one difference of each kind, and their number", () => {
  const { plans, json } = planCase("nodes that roll");
  const { resource_changes: changes = [], ...plan } = json.dagger!;
  const fleets = Array.from({ length: 100 }, (_, i) => changes.map((change) => JSON.parse(JSON.stringify(change).replaceAll("main", `fleet${i}`)) as typeof change));
  const text = markdownOf(reviewsOf({ ...planCase("nodes that roll"), plans, json: { ...json, dagger: { ...plan, resource_changes: fleets.flat() } } }));
  expect(text.length).toBeLessThan(COMMENT_LIMIT);
  expect(text).not.toContain("Cut to fit");
  expect(text.match(/\*\*Every node is replaced\*\*/g)).toHaveLength(1);
  expect(text).toContain("and 196 more: jobs: no job is cut");
  expect(text).toContain("# and 75 more");
});

// GitHub takes a comment of 65,536 characters, and of each step's summary a mebibyte.
test.each(["fleet renamed", "engine setting", "namespace changed"])("a hundred fleets, each with changes of its own, stay below GitHub's limits: %s", (name) => {
  const { plans, json } = planCase(name);
  const { resource_changes: changes = [], output_changes: outputs = {}, ...plan } = json.dagger!;
  const ofFleet = <T>(value: T, i: number): T => JSON.parse(JSON.stringify(value).replaceAll("main", `fleet-${i}-ü`).replaceAll("30m", `${i}m`)) as T;
  const fleets = Array.from({ length: 100 }, (_, i) => changes.map((change) => ofFleet(change, i)));
  const names = Object.entries(outputs).map(([output, change]) => {
    const side = (value: unknown) => Array.from({ length: 100 }, (_, i) => ofFleet(value, i) as object).reduce((all, one) => ({ ...all, ...one }), {});
    return [output, { ...change, before: side(change.before), after: side(change.after) }] as const;
  });
  const reviews = reviewsOf({ ...planCase(name), plans, json: { ...json, dagger: { ...plan, resource_changes: fleets.flat(), output_changes: Object.fromEntries(names) } } });
  const comments = reviews.map((review) => fit(renderStack(review)));
  for (const comment of comments) expect(comment.length).toBeLessThan(65_536);
  expect(Buffer.byteLength(comments.join("\n"))).toBeLessThan(1024 * 1024);
  expect(Buffer.byteLength(comments.join("\n"))).toBeGreaterThan(10_000);
  // A warning is never what is cut.
  for (const title of new Set(reviews.flatMap(({ flags }) => flags.map((flag) => flag.title)))) expect(comments.join("\n")).toContain(`**${title}**`);
});

describe("Markdown", () => {
  test.each([
    ["plain", "`plain`"],
    ['for["`x`"]', '`` for["`x`"] ``'],
    ["two\nlines", "`two lines`"],
  ])("code: %j", (text, expected) => expect(code(text)).toBe(expected));

  test("a code block is longer fenced than anything in it", () => {
    expect(codeBlock("diff", ["+ a: ```", "b"])).toBe("````diff\n+ a: ```\nb\n````");
  });
});

describe("fingerprints", () => {
  const plan = planCase("nodes that roll").json.dagger!;
  test("do not depend on the order in which Terraform tells changes", () => {
    expect(fingerprint({ ...plan, resource_changes: [...(plan.resource_changes ?? [])].reverse() })).toBe(fingerprint(plan));
  });

  test("tell plans with another value apart", () => {
    expect(fingerprint(plan)).not.toBe(fingerprint(planCase("nodes that stay").json.dagger!));
    const text = JSON.stringify(plan).replaceAll('"50Gi"', '"51Gi"');
    expect(fingerprint(JSON.parse(text) as PlanJson)).not.toBe(fingerprint(plan));
  });

  test("hold nothing of a sensitive value", () => {
    const secret = (value: string): PlanJson => ({
      resource_changes: [
        {
          ...{ address: "aws_x.a", mode: "managed", type: "aws_x", name: "a" },
          change: { actions: ["update"], before: { p: "old" }, after: { p: value }, after_sensitive: { p: true } },
        },
      ],
    });
    expect(fingerprint(secret("a"))).toBe(fingerprint(secret("b")));
  });
});
