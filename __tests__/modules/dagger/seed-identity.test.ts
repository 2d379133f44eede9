import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { EXISTING, minimal, resource, resources, synthesize } from "../../support/project";
import "../../support/testing"; // the matchers

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const RUNNERS = "runners: [{cpu: 2, memory: 8Gi, max: 4}]";
/** A fleet that publishes, and one that only restores what that did. */
const fleets = (more = "") =>
  synthesize(minimal(`account: "111122223333"\n${more}\nfleets: [{name: main, seed: {publish: true}, ${RUNNERS}}, {name: pr, seed: {from: main}, ${RUNNERS}}]`));

const policyOf = (stacks: ReturnType<typeof fleets>["stacks"], fleet: string) =>
  (JSON.parse(String(resource(stacks.dagger, "aws_iam_role_policy", `${fleet}_seed`).policy)) as { Statement: object[] }).Statement;
const HERE = { StringEquals: { "aws:ResourceAccount": "111122223333" } };

test("who publishes reads and writes what is its own; who does not only reads what it restores, and each within its account", () => {
  const { stacks } = fleets("seeds: {bucket: acme-seeds}");
  const bucket = [
    { Sid: "Bucket", Effect: "Allow", Action: "s3:GetBucketLocation", Resource: "arn:aws:s3:::acme-seeds", Condition: HERE },
    {
      Sid: "FindSeeds",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::acme-seeds",
      Condition: { ...HERE, StringLike: { "s3:prefix": "dagger-ci/main/*" } },
    },
  ];
  const objects = (...actions: string[]) => ({
    Sid: "Seeds",
    Effect: "Allow",
    Action: actions.map((action) => `s3:${action}`),
    Resource: "arn:aws:s3:::acme-seeds/dagger-ci/main/*",
    Condition: HERE,
  });
  expect(policyOf(stacks, "main")).toEqual([...bucket, objects("GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload")]);
  expect(policyOf(stacks, "pr")).toEqual([...bucket, objects("GetObject")]);
  expect(resources(stacks.cluster, "aws_s3_bucket")).toEqual([]);
  expect(stacks.cluster.output).toMatchObject({ seed_bucket: { value: "" } });
});

test("a key of the account's own encrypts what is written, and decrypts what is read", () => {
  const { stacks } = fleets(`seeds: {kmsKeyArn: "${KEY}"}`);
  const key = (fleet: string) => policyOf(stacks, fleet).at(-1);
  expect(key("main")).toEqual({ Sid: "Key", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: KEY });
  expect(key("pr")).toEqual({ Sid: "Key", Effect: "Allow", Action: ["kms:Decrypt"], Resource: KEY });
});

test("each fleet's pods take a role of their own, bounded like all others, once it has its rights", () => {
  const { json, stacks } = fleets('cluster: {permissionsBoundary: "arn:aws:iam::111122223333:policy/bound", iamPath: /ci/}');
  for (const fleet of ["main", "pr"]) {
    const id = Object.keys(stacks.dagger.resource!.aws_iam_role!).find((key) => key.startsWith(`${fleet}_seed`))!;
    expect(json.dagger).toHaveResourceWithProperties(IamRole, {
      name: `dagger-ci-${fleet}-seed`,
      path: "/ci/",
      permissions_boundary: "arn:aws:iam::111122223333:policy/bound",
    });
    const { assume_role_policy } = stacks.dagger.resource!.aws_iam_role![id] as { assume_role_policy: string };
    expect(JSON.parse(assume_role_policy)).toMatchObject({
      Statement: [
        {
          Condition: {
            StringEquals: { "aws:RequestTag/kubernetes-namespace": `dagger-${fleet}`, "aws:RequestTag/kubernetes-service-account": "cache-seed" },
          },
        },
      ],
    });
    expect(json.dagger).toHaveResourceWithProperties(EksPodIdentityAssociation, {
      cluster_name: "${data.terraform_remote_state.cluster.outputs.cluster_name}",
      namespace: `dagger-${fleet}`,
      service_account: "cache-seed",
      role_arn: `\${aws_iam_role.${id}.arn}`,
      depends_on: [expect.stringMatching(new RegExp(`^aws_iam_role_policy\\.${fleet}_seed_policy_`)) as unknown],
    });
  }
});

test.each([
  ["a new cluster", ""],
  ["a cluster that exists", EXISTING],
])("in %s the cluster stack makes the bucket and hands it on", (_title, more) => {
  const { stacks } = fleets(more);
  const [id] = Object.keys(stacks.cluster.resource!.aws_s3_bucket!);
  expect(resource(stacks.cluster, "aws_s3_bucket")).toMatchObject({ bucket: "dagger-ci-seeds-111122223333-euw1" });
  expect(stacks.cluster.output).toMatchObject({ seed_bucket: { value: `\${aws_s3_bucket.${id}.bucket}` } });
  expect(policyOf(stacks, "main")).toMatchObject([
    { Resource: "arn:aws:s3:::${data.terraform_remote_state.cluster.outputs.seed_bucket}" },
    {},
    { Resource: "arn:aws:s3:::${data.terraform_remote_state.cluster.outputs.seed_bucket}/dagger-ci/main/*" },
  ]);
});

test("nodes that stay have the role beside their own, and the longest names fit", () => {
  const [name, fleet] = ["a".repeat(32), "f".repeat(20)];
  const { stacks } = synthesize(
    minimal(`fleets: [{name: ${fleet}, seed: {publish: true}, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1}, runners: [{name: s, runsOn: s, cpu: 2, memory: 8Gi, max: 4}]}]`).replace("dagger-ci", name),
  );
  expect(resources(stacks.dagger, "aws_iam_role").map((role) => role.name)).toEqual([`${name}-${fleet}-node`, `${name}-${fleet}-seed`]);
  expect(`${name}-${fleet}-seed`.length).toBeLessThanOrEqual(64);
});

test("without seeds there is neither bucket nor role", () => {
  const { stacks } = synthesize(minimal());
  expect([...resources(stacks.cluster, "aws_s3_bucket"), ...resources(stacks.dagger, "aws_iam_role")]).toEqual([]);
});
