import { changesOf } from "../../../../operations/review/changes";
import { foreseen, type StateFile } from "../../../../operations/review/foreseen";
import type { PlanJson } from "../../../../operations/review/plan-json";
import { meanings } from "../../../../operations/review/rules/meanings";
import { seeds } from "../../../../operations/review/rules/seeds";
import { minimal, synthesize } from "../../../support/project";
import { planCase } from "../../../support/plans";

const plan = (name: string, stack: string): PlanJson => planCase(name).json[stack]!;
const told = (of: PlanJson) => seeds(changesOf(of), of.output_changes);

const USELESS = {
  title: "Seeds of main become useless",
  means: {
    caches: "new nodes of this fleet, and of those that restore from it, start with an empty cache until one of its nodes has published",
    reversibility: "with the old value back they are of use again, until they expire",
  },
  advice: "A new fleet beside this one can publish before workflows move to it",
};

describe("seeds that nobody can use any more", () => {
  const real = plan("seeds become useless", "dagger");

  test("by another version and another architecture", () => {
    expect(told(real)).toEqual([{ ...USELESS, how: "0.21.9 to 0.21.8, amd64 to arm64" }]);
  });

  test("by the architecture alone", () => {
    expect(told({ ...real, output_changes: {} })).toEqual([{ ...USELESS, how: "amd64 to arm64" }]);
  });

  test("not of a fleet that only restores, nor of one whose seeds end", () => {
    const changed = (policy: (before: Record<string, unknown>) => object) => ({
      ...real,
      resource_changes: real.resource_changes!.map((resource) =>
        resource.type === "aws_iam_role_policy" ? { ...resource, change: policy(resource.change as never) as never } : resource,
      ),
    });
    const reader = changed(({ before, ...rest }) => ({ ...rest, before: JSON.parse(JSON.stringify(before).replace("s3:PutObject", "s3:GetObject")) as object }));
    expect(told(reader)).toEqual([]);
    expect(told(changed((change) => ({ ...change, actions: ["delete"] })))).toEqual([]);
  });
});

test("a bucket that is made says what goes there; one that goes, that all is lost; one that is kept otherwise, what that means", () => {
  expect(told(plan("seeds begin", "cluster")).map(({ title, weight }) => [title, weight])).toEqual([["Caches go to S3", "note"]]);
  const [lost, ...more] = meanings(changesOf(plan("seeds end", "cluster")));
  expect(more).toEqual([]);
  expect(lost).toMatchObject({ title: "Seeds are lost", means: { caches: "the bucket goes with all seeds in it: new nodes of every fleet start with an empty cache until a node has published again" } });
  expect(meanings(changesOf(plan("seeds kept otherwise", "cluster"))).map(({ title }) => title)).toEqual(["Seeds are encrypted otherwise", "Seeds expire at another time"]);
});

test("a fleet whose seeds end is told of once, and no job is said to lose a role", () => {
  expect(meanings(changesOf(plan("seeds end", "dagger"))).map(({ title, how }) => [title, how])).toEqual([
    // Karpenter's startup taints, which hold pods back until a cache is in place, go.
    ["Every node is replaced", "template.spec.startupTaints"],
    ["Fleet has no seeds any more", "dagger-main"],
  ]);
});

test.each([
  ["aws_s3_bucket_public_access_block", { block_public_acls: true }, { block_public_acls: false }, "Seeds could be opened"],
  ["aws_s3_bucket_public_access_block", { block_public_acls: true }, null, "Seeds could be opened"],
  ["aws_s3_bucket_lifecycle_configuration", {}, null, "Seeds never expire"],
  ["aws_s3_bucket_server_side_encryption_configuration", {}, null, "Seeds lose their encryption key"],
])("%s: from %j to %j", (type, before, after, title) => {
  const change = { actions: [after === null ? "delete" : "update"], before, after };
  const changed = changesOf({ resource_changes: [{ address: `${type}.seeds`, mode: "managed", type, name: "seeds", change }] });
  expect(meanings(changed).map((flag) => flag.title)).toEqual([title]);
});

describe("before any plan", () => {
  const fleets = (more: string) => synthesize(minimal(`fleets: [{name: main, ${more}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]`)).stacks.dagger;
  /** The state that applying a stack leaves, as far as it is read here. */
  const stateOf = ({ resource = {}, output = {} }: ReturnType<typeof fleets>): StateFile => ({
    resources: Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, { manifest, ...attributes }]) => ({
        mode: "managed",
        type,
        name,
        instances: [{ attributes: { ...attributes, ...(manifest === undefined ? {} : { manifest: { value: manifest, type: "object" } }) } }],
      })),
    ),
    outputs: Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, { value }])),
  });
  const publishing = "seed: {publish: true}";

  test.each<[string, string, string, string[]]>([
    ["another version", publishing, `${publishing}, dagger: 0.21.8`, ["Seeds of main become useless (0.21.9 to 0.21.8)"]],
    ["another architecture", publishing, `${publishing}, nodes: {architecture: arm64}`, ["Seeds of main become useless (amd64 to arm64)"]],
    ["nothing", publishing, publishing, []],
    ["another version of a fleet without seeds", "dagger: 0.21.9", "dagger: 0.21.8", []],
  ])("%s", (_title, before, after, expected) => {
    const flags = foreseen(stateOf(fleets(before)), fleets(after)).filter(({ title }) => title.startsWith("Seeds"));
    expect(flags.map(({ title, how }) => `${title} (${how!})`)).toEqual(expected);
  });

  test("nodes that are replaced for another architecture are told of too", () => {
    const flags = foreseen(stateOf(fleets("nodes: {architecture: amd64}")), fleets("nodes: {architecture: arm64}"));
    expect(flags.map(({ title, how }) => [title, how])).toEqual([["Every node is replaced", "kubernetes.io/arch amd64 to arm64"]]);
  });
});
