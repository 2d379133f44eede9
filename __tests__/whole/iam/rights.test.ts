import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allowed, type PolicyDocument } from "../../support/iam/evaluate";
import { excesses } from "../../support/iam/excess";
import { casesOf, installation, type Case, type Installation } from "../../support/iam/questions";
import { without } from "../../support/iam/stacks";
import { terraformCalls } from "../../support/iam/terraform-calls";
import { EXAMPLES } from "../../support/iam/examples";
import { minimal, PROJECT } from "../../support/project";

const known = new Map<string, { it: Installation; cases: Case[] }>();
function load(example: string): { it: Installation; cases: Case[] } {
  const found = known.get(example);
  if (found) return found;
  const it = installation(EXAMPLES[example]!);
  const made = { it, cases: casesOf(it) };
  known.set(example, made);
  return made;
}
const show = ({ role, label, question: { action, resource } }: Case) => `${role}: ${label}: ${action} on ${resource}`;
const wrong = (cases: readonly Case[]) => cases.filter((one) => allowed(one.question) !== one.allowed).map(show);

describe.each(Object.keys(EXAMPLES))("%s", (example) => {
  test("what is needed is allowed, what a thief might try is not, and what is in excess is on the list", () => {
    const { cases } = load(example);
    expect([...new Set(wrong(cases))]).toEqual([]);
    expect(cases.length).toBeGreaterThan(200);
  });

  test("every role has the boundary, and of AWS's policies only the known ones", () => {
    const { it } = load(example);
    for (const role of Object.values(it.stacks.roles)) {
      expect([role.name, role.boundary]).toEqual([role.name, it.boundaryArn]);
      expect([role.name, role.awsPolicies]).toEqual([role.name, KNOWN[Object.keys(KNOWN).find((kind) => role.name.endsWith(`-${kind}`))!]?.(it)]);
    }
  });
});

const node = ({ config: { cluster } }: Installation, more: readonly string[] = []) => {
  const cni = cluster.mode === "existing" ? cluster.runnerNodes.cniPolicy : !cluster.addons["vpc-cni"];
  return ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", ...(cni ? ["AmazonEKS_CNI_Policy"] : []), ...more];
};
const KNOWN: Record<string, ((it: Installation) => string[]) | undefined> = {
  cluster: () => ["AmazonEKSClusterPolicy"],
  "vpc-cni": () => ["AmazonEKS_CNI_Policy"],
  "aws-ebs-csi-driver": () => ["AmazonEBSCSIDriverPolicyV2"],
  karpenter: () => [],
  "flow-logs": () => [],
  seed: () => [],
  "support-node": (it) => node(it, ["AmazonSSMManagedInstanceCore"]),
  "runner-node": (it) => node(it, it.config.cluster.runnerNodes.sessionManager ? ["AmazonSSMManagedInstanceCore"] : []),
  node: (it) => node(it),
};

/** Statements that only a case of another example needs. */
test("a statement that is left out is noticed, in each policy of the roles that deliver, of Karpenter and of the boundary", () => {
  const unnoticed = new Map<string, number>();
  for (const example of ["everything", "delivery", "a guest with all that a guest can have", "keys of the account's own", "a path, and roles that exist"]) {
    const { it, cases } = load(example);
    const boundary = it.bootstrap.managed[it.boundaryArn]!;
    const sets: [string, readonly PolicyDocument[], (policies: readonly PolicyDocument[], one: Case) => Case["question"] | undefined][] = [
      ...Object.values({ ...it.bootstrap.roles, ...it.stacks.roles })
        .filter(({ policies }) => policies.length > 0)
        .map(({ name, policies }): (typeof sets)[number] => [
          name.replace(it.config.name, "<name>"),
          policies,
          (fewer, { role, question }) => (role === name && question.policies === policies ? { ...question, policies: fewer } : undefined),
        ]),
      ["boundary", [boundary], ([fewer], { question }) => (question.boundary === boundary ? { ...question, boundary: fewer! } : undefined)],
    ];
    for (const [name, policies, replace] of sets) {
      for (const { sid, policies: fewer } of without(policies)) {
        const key = `${name} ${sid}`;
        const noticed = cases.some((one) => {
          const question = replace(fewer, one);
          return question !== undefined && allowed(question) !== one.allowed;
        });
        unnoticed.set(key, noticed ? -1 : unnoticed.get(key) === -1 ? -1 : 1);
      }
    }
  }
  expect([...unnoticed].filter(([, count]) => count > 0).map(([key]) => key)).toEqual([]);
});

test("a new kind of resource without a case is an error", () => {
  const { it } = load("delivery");
  const setting = { region: it.config.region, name: it.config.name, cluster: it.cluster, boundary: it.boundaryArn };
  expect(() => terraformCalls({ resource: { aws_s3_object: { x: {} } } }, "network", setting)).toThrow("no calls are known for aws_s3_object");
  expect(() => terraformCalls({ data: { aws_ami: { x: {} } } }, "network", setting)).toThrow("no calls are known for aws_ami");
});

test("what is accepted in excess is in docs/security.md with a reason, each in some example, and the list only shrinks", () => {
  const listed = excesses({ region: "eu-west-1", name: "ci", cluster: "ci" }).map(({ role, label }) => `| ${role} | ${label} |`);
  const rows = readFileSync(join(PROJECT, "docs/security.md"), "utf8").split("\n").filter((line) => /^\| (plan|deploy|karpenter|vpc-cni) \|/.test(line));
  expect(rows.map((row) => row.split("|").slice(0, 3).join("|") + "|")).toEqual(listed);
  for (const row of rows) expect(row.split("|")[3]!.trim().length).toBeGreaterThan(20);
  const seen = new Set(Object.keys(EXAMPLES).flatMap((example) => load(example).cases.filter(({ excess }) => excess).map(({ label }) => label)));
  expect(excesses({ region: "", name: "", cluster: "" }).map(({ label }) => label).filter((label) => !seen.has(label))).toEqual([]);
  expect(listed.length).toBeLessThanOrEqual(12);
});

test("the figures in docs/security.md are those of this test", () => {
  const cases = Object.keys(EXAMPLES).flatMap((example) => load(example).cases).filter(({ excess }) => !excess);
  const count = (answer: boolean) => cases.filter((one) => one.allowed === answer).length.toLocaleString("en");
  const text = readFileSync(join(PROJECT, "docs/security.md"), "utf8").replace(/\s+/g, " ");
  expect(text).toContain(
    `In ${Object.keys(EXAMPLES).length} configurations all of ${count(true)} requests that are needed are allowed, and all of ${count(false)} that a thief might try are denied.`,
  );
});

test("a boundary of the company's own takes the place of bootstrap's", () => {
  const it = installation(minimal('cluster: {permissionsBoundary: "arn:aws:iam::111122223333:policy/company"}\n'));
  for (const { name, boundary } of Object.values(it.stacks.roles)) expect([name, boundary]).toEqual([name, "arn:aws:iam::111122223333:policy/company"]);
  expect(Object.keys(it.bootstrap.managed).filter((arn) => arn.endsWith("-boundary"))).toEqual([]);
});
