import { changesOf } from "../../../operations/review/changes";
import type { PlanJson } from "../../../operations/review/plan-json";
import { engineRestart } from "../../../operations/review/rules/engine-restart";
import { widened } from "../../../operations/review/rules/iam-document";
import { iamPolicy } from "../../../operations/review/rules/iam-policy";
import { meanings } from "../../../operations/review/rules/meanings";
import { publicEndpoint } from "../../../operations/review/rules/public-endpoint";
import type { Rule } from "../../../operations/review/rules/rule";
import { secretStore } from "../../../operations/review/rules/secret-store";
import { meaningText } from "../../../operations/review/meaning/meaning";
import { planCase } from "../../support/plans";

const textWith = (part: string) => expect.stringContaining(part) as string;
const textMatching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const plan = (name: string, stack: string): PlanJson => planCase(name).json[stack]!;
const flags = (rule: Rule, of: PlanJson) => rule(changesOf(of));

describe("an engine restarts with runners on", () => {
  test.each(["engine upgraded in place", "engine setting"])("%s", (name) => {
    const [flag, ...more] = flags(engineRestart, plan(name, "dagger"));
    expect(more).toEqual([]);
    expect(flag).toMatchObject({ title: "Engine restarts with runners on", address: textMatching(/^helm_release\.main_engine_/) });
    expect(flag!.what).toBe("dagger-ci-main-2c-8g, dagger-ci-main-4c-16g stay on");
  });

  test.each(["engine upgraded by a new fleet", "runner sizes", "nodes that stay", "chart mirror"])("not by: %s", (name) => {
    expect(flags(engineRestart, plan(name, "dagger"))).toEqual([]);
  });

  test("not once the fleet's runners are gone", () => {
    const real = plan("engine upgraded in place", "dagger");
    const alone = (real.resource_changes ?? []).filter(({ name }) => !/^main_\dc/.test(name));
    expect(flags(engineRestart, { ...real, resource_changes: alone })).toEqual([]);
  });
});

describe("nodes roll", () => {
  test("a node group's roll and shrinking are told where its nodes run jobs", () => {
    const labels = { "actions-runner": "warm" };
    const group = (before: object, after: object, on: object = labels): PlanJson => ({
      resource_changes: [
        {
          address: "aws_eks_node_group.warm_nodes",
          mode: "managed",
          type: "aws_eks_node_group",
          name: "warm_nodes",
          change: { actions: ["update"], before: { labels: on, ...before }, after: { labels: on, ...after } },
        },
      ],
    });
    const size = (desired_size: number) => ({ scaling_config: [{ desired_size }] });
    const template = (version: string) => ({ launch_template: [{ id: "lt-1", version }] });
    const told = (of: PlanJson) => flags(meanings, of).map(({ title, how = "", means }) => `${title}: by ${how}: ${meaningText(means)}`);
    expect(told(group(template("1"), template("2")))).toEqual([textMatching(/^Persistent nodes roll: by launch_template.*cancels their jobs.*15 minutes/)]);
    expect(told(group({ release_version: "1.35.6-20260818" }, { release_version: "1.35.7-20260901" }))).toEqual([textWith("by release_version")]);
    expect(told(group(size(3), size(2)))).toEqual([textWith("Fewer persistent nodes: by 3 to 2")]);
    expect(told(group(size(2), size(3)))).toEqual([textWith("More nodes that stay on")]);
    expect(told(group(template("1"), template("2"), { "support-node": "true" }))).toEqual([textWith("Support nodes roll")]);
  });
});

describe("IAM", () => {
  test("a policy that gains actions, and a role that gets one more policy", () => {
    expect(flags(iamPolicy, plan("more rights", "cluster"))).toEqual([
      expect.objectContaining({ title: "Policy allows more", means: { reach: "gains arc-zonal-shift:GetManagedResource" } }),
      expect.objectContaining({
        title: "Role gets one more policy",
        means: { reach: "role dagger-ci-runner-node gets arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
      }),
    ]);
  });

  // The project has no setting that takes a condition away: this is the real plan with its sides turned round and the
  // statement that it adds kept without its condition.
  test("a policy that loses a condition", () => {
    const real = plan("more rights", "cluster");
    const changes = changesOf(real).map((resource) => {
      if (resource.type !== "aws_iam_policy" || resource.kind !== "change") return resource;
      const before = resource.change.after as { policy: string };
      const bare = JSON.parse(before.policy) as { Statement: { Sid: string; Condition?: unknown }[] };
      bare.Statement.forEach((statement) => statement.Sid === "ReadZonalShift" && delete statement.Condition);
      return { ...resource, change: { ...resource.change, before, after: { ...before, policy: JSON.stringify(bare) } } };
    });
    expect(iamPolicy(changes)[0]).toMatchObject({
      title: "Policy allows more",
      means: { reach: "ReadZonalShift loses the condition StringEquals arc-zonal-shift:ResourceIdentifier" },
    });
  });

  const document = (...statements: object[]) => JSON.stringify({ Statement: statements });
  const read = { Sid: "Read", Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/a/*" };
  test.each([
    ["an action that a pattern held already", document(read), document({ ...read, Action: ["s3:GetObject"] }), []],
    ["a resource", document(read), document({ ...read, Resource: "*" }), ["Read reaches *"]],
    [
      "a principal",
      document({ ...read, Principal: { AWS: "a" } }),
      document({ ...read, Principal: { AWS: ["a", "b"] } }),
      ["Read lets in AWS b"],
    ],
    [
      "a principal in a statement of its own, for what others may do already",
      document({ ...read, Principal: { AWS: "a" }, Action: "s3:*" }),
      document({ ...read, Principal: { AWS: "a" }, Action: "s3:*" }, { ...read, Sid: "More", Principal: { AWS: "b" } }),
      ["More lets in AWS b"],
    ],
    ["a refusal that is gone", document(read, { Sid: "No", Effect: "Deny", Action: "*" }), document(read), ["the refusal No is gone"]],
    ["less", document(read, { ...read, Sid: "More", Action: "s3:Put*" }), document(read), []],
    ["no document", "x", document(read), ["it is no JSON document"]],
  ])("%s", (_name, before, after, expected) => {
    expect(widened(before, after)).toEqual(expected);
  });
});

describe("the public endpoint is widened", () => {
  test("it opens", () => {
    expect(flags(publicEndpoint, plan("public endpoint", "cluster"))).toEqual([
      expect.objectContaining({ means: { reach: "the Kubernetes API becomes public, for 203.0.113.0/24" } }),
    ]);
  });

  test("for more addresses; a part of those that were in before is none", () => {
    expect(flags(publicEndpoint, plan("public endpoint widened", "cluster"))).toEqual([
      expect.objectContaining({ means: { reach: "198.51.100.0/24 may reach it, too" } }),
    ]);
  });

  test("closing it is none (the real plan turned round)", () => {
    const turned = changesOf(plan("public endpoint", "cluster")).map((resource) => ({
      ...resource,
      change: { ...resource.change, before: resource.change.after, after: resource.change.before },
    }));
    expect(publicEndpoint(turned)).toEqual([]);
  });
});

describe("a secret's store", () => {
  test("a secret that is written again is no loss", () => {
    expect(flags(secretStore, plan("secret renewed", "dagger"))).toEqual([
      expect.objectContaining({ title: "Secret written again", how: "revision 1 to 2", weight: "note" }),
    ]);
  });

  test("a secret that goes", () => {
    const [flag] = flags(secretStore, plan("fleet renamed", "dagger"));
    expect(flag).toMatchObject({ title: "Secret's store changed", what: "the Kubernetes secret is deleted" });
  });

  test("another AWS secret is read: the cluster gets its content only with another revision", () => {
    const elsewhere = plan("secret from elsewhere", "dagger");
    const read = ({ output_changes, resource_changes }: PlanJson) => secretStore(changesOf({ resource_changes: resource_changes ?? [] }), output_changes);
    expect(read(elsewhere)).toEqual([
      expect.objectContaining({ how: "github: dagger-ci/github to teams/github", advice: textWith("Raise its secretRevision") }),
    ]);
    const both = read({ ...plan("secret renewed", "dagger"), output_changes: elsewhere.output_changes! });
    expect(both.map(({ title, weight }) => [title, weight])).toEqual([
      ["Secret read from elsewhere", "note"],
      ["Secret written again", "note"],
    ]);
  });
});
