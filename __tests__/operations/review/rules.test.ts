import { changesOf } from "../../../operations/review/changes";
import type { PlanJson } from "../../../operations/review/plan-json";
import { deletionProtection } from "../../../operations/review/rules/deletion-protection";
import { engineRestart } from "../../../operations/review/rules/engine-restart";
import { widened } from "../../../operations/review/rules/iam-document";
import { iamPolicy } from "../../../operations/review/rules/iam-policy";
import { nodeGroupRolls } from "../../../operations/review/rules/node-group-rolls";
import { nodeRolls } from "../../../operations/review/rules/node-rolls";
import { publicEndpoint } from "../../../operations/review/rules/public-endpoint";
import { replaced } from "../../../operations/review/rules/replaced";
import type { Rule } from "../../../operations/review/rules/rule";
import { secretSources, secretStore } from "../../../operations/review/rules/secret-store";
import { minimal, synthesize } from "../../support/project";
import { planCase, withActions } from "../../support/plans";

const textWith = (part: string) => expect.stringContaining(part) as string;
const textMatching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const plan = (name: string, stack: string): PlanJson => planCase(name).json[stack]!;
const flags = (rule: Rule, of: PlanJson) => rule(changesOf(of));

describe("what holds up everything else is replaced or destroyed", () => {
  // The plans are real but for the action: see withActions.
  test.each([
    ["another VPC range", "network", "aws_vpc", "cidr_block", "VPC replaced"],
    ["another VPC range", "network", "aws_subnet", "cidr_block", "Subnet replaced"],
    ["persistent nodes", "dagger", "aws_eks_node_group", "instance_types", "Node group replaced"],
    ["public endpoint", "cluster", "aws_eks_cluster", "vpc_config", "Cluster replaced"],
  ])("%s: %s %s", (name, stack, type, path, title) => {
    const found = flags(replaced, withActions(plan(name, stack), type, ["delete", "create"], path));
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((flag) => flag.title))).toEqual(new Set([title]));
    expect(found[0]!.reason).toContain(`forced by ${path}`);
  });

  test("destroyed without being made again", () => {
    const [flag] = flags(replaced, withActions(plan("persistent nodes", "dagger"), "aws_eks_node_group", ["delete"]));
    expect(flag).toMatchObject({ title: "Node group destroyed" });
  });

  test("a change in place is none", () => {
    expect(flags(replaced, plan("another VPC range", "network"))).toEqual([]);
  });
});

describe("an engine restarts with runners on", () => {
  test.each(["engine upgraded in place", "engine setting", "persistent nodes"])("%s", (name) => {
    const [flag, ...more] = flags(engineRestart, plan(name, "dagger"));
    expect(more).toEqual([]);
    expect(flag).toMatchObject({ title: "Engine restarts with runners on", address: textMatching(/^helm_release\.main_engine_/) });
    expect(flag!.reason).toContain("dagger-ci-main-2c-8g, dagger-ci-main-4c-16g keep taking jobs");
  });

  test.each(["engine upgraded by a new fleet", "runner sizes", "nodes that stay"])("not by: %s", (name) => {
    expect(flags(engineRestart, plan(name, "dagger"))).toEqual([]);
  });

  test("not once the fleet's runners are gone", () => {
    const real = plan("engine upgraded in place", "dagger");
    const alone = (real.resource_changes ?? []).filter(({ name }) => !/^main_\dc/.test(name));
    expect(flags(engineRestart, { ...real, resource_changes: alone })).toEqual([]);
  });
});

describe("nodes roll", () => {
  test("by what Karpenter counts as drift", () => {
    const found = flags(nodeRolls, plan("nodes that roll", "dagger"));
    expect(found.map(({ title, reason }) => `${title}: ${reason.split(" is drift")[0]!}`)).toEqual([
      "Nodes roll: a change of blockDeviceMappings, tags",
      "Nodes roll: a change of template.spec.expireAfter",
    ]);
  });

  test("limits and the idle time roll none; requirements only nodes that no longer fit", () => {
    expect(flags(nodeRolls, plan("nodes that stay", "dagger"))).toEqual([
      expect.objectContaining({ title: "Nodes may roll", reason: textWith("no longer fits template.spec.requirements") }),
    ]);
  });

  test("a new subnet only may", () => {
    expect(flags(nodeRolls, plan("one zone more", "dagger")).map(({ title }) => title)).toEqual(["Nodes may roll"]);
  });

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
    const told = (of: PlanJson) => flags(nodeGroupRolls, of).map(({ title, reason }) => `${title}: ${reason}`);
    expect(told(group(template("1"), template("2")))).toEqual([textMatching(/^Nodes roll: by launch_template: .*cancels their jobs.*15 minutes/)]);
    expect(told(group({ release_version: "1.35.6-20260818" }, { release_version: "1.35.7-20260901" }))).toEqual([textWith("by release_version")]);
    expect(told(group(size(3), size(2)))).toEqual([textWith("Nodes go: 3 to 2")]);
    expect(told(group(size(2), size(3)))).toEqual([]);
    expect(told(group(template("1"), template("2"), { "support-node": "true" }))).toEqual([]);
  });

  test("all nodes go with their pool (a real plan with another action)", () => {
    const [, pool] = flags(nodeRolls, withActions(plan("nodes that roll", "dagger"), "kubernetes_manifest", ["delete", "create"]));
    expect(pool).toMatchObject({ title: "NodePool replaced" });
  });
});

describe("IAM", () => {
  test("a policy that gains actions, and a role that gets one more policy", () => {
    expect(flags(iamPolicy, plan("more rights", "cluster"))).toEqual([
      expect.objectContaining({ title: "Policy allows more", reason: "gains arc-zonal-shift:GetManagedResource" }),
      expect.objectContaining({
        title: "Role gets one more policy",
        reason: "role dagger-ci-runner-node gets arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
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
      reason: "ReadZonalShift loses the condition StringEquals arc-zonal-shift:ResourceIdentifier",
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
      expect.objectContaining({ reason: "the Kubernetes API becomes public, for 203.0.113.0/24" }),
    ]);
  });

  test("for more addresses; a part of those that were in before is none", () => {
    expect(flags(publicEndpoint, plan("public endpoint widened", "cluster"))).toEqual([
      expect.objectContaining({ reason: "198.51.100.0/24 may reach it, too" }),
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
  test("a secret that is written again", () => {
    expect(flags(secretStore, plan("secret renewed", "dagger"))).toEqual([
      expect.objectContaining({ title: "Secret written again", reason: textWith("revision 1 to 2") }),
    ]);
  });

  test("a secret that goes (a real plan with another action)", () => {
    const [flag] = flags(secretStore, withActions(plan("secret renewed", "dagger"), "kubernetes_secret_v1", ["delete"]));
    expect(flag).toMatchObject({ title: "Secret's store changed", reason: "the Kubernetes secret is deleted" });
  });

  // No plan knows what an ephemeral resource reads, so the synthesised stacks tell it.
  test("another AWS secret is read", () => {
    const before = synthesize(minimal()).stacks.dagger;
    const after = synthesize(minimal().replace("dagger-ci/github", "teams/github")).stacks.dagger;
    expect(secretSources(before, after)).toEqual([
      expect.objectContaining({ reason: textWith("AWS secret dagger-ci/github becomes teams/github; the cluster keeps the old content") }),
    ]);
    expect(secretSources(before, before)).toEqual([]);
  });
});

test("deletion protection is switched off", () => {
  expect(flags(deletionProtection, plan("protection off", "cluster"))).toEqual([
    expect.objectContaining({ title: "Deletion protection off", address: textMatching(/^aws_eks_cluster\./) }),
  ]);
});

test("nothing is flagged where nothing changes", () => {
  for (const json of Object.values(planCase("no change").json)) {
    for (const rule of [replaced, engineRestart, nodeRolls, iamPolicy, publicEndpoint, secretStore, deletionProtection]) {
      expect(flags(rule, json)).toEqual([]);
    }
  }
});
