// for-emulator.mjs CDKTF_OUT: changes synthesised stacks where the emulated account, not the product, is at fault, each with
// its reason, and adds one with what the configuration finds in the account. Prints which stacks to apply, in their order.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ACCOUNT = "111122223333";
const ENDPOINT = "http://127.0.0.1:5598";
const SERVICES = ["ec2", "eks", "iam", "kms", "logs", "sqs", "events", "sts", "s3", "secretsmanager", "autoscaling", "ssm"];

const order = ["network", "cluster"];
const stacks = join(process.argv[2], "stacks");
const read = (stack) => JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8"));
const write = (stack, content) => {
  mkdirSync(join(stacks, stack), { recursive: true });
  writeFileSync(join(stacks, stack, "cdk.tf.json"), JSON.stringify(content, null, 1));
};
const resources = (content, type) => Object.values(content.resource?.[type] ?? {});

for (const stack of readdirSync(stacks)) {
  const content = read(stack);
  // The lane leads the first provider to the emulator; a stack may have more, by an alias.
  for (const provider of content.provider.aws.slice(1)) {
    delete provider.profile;
    Object.assign(provider, {
      allowed_account_ids: [ACCOUNT],
      access_key: "test",
      secret_key: "test",
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      endpoints: [Object.fromEntries(SERVICES.map((service) => [service, ENDPOINT]))],
    });
  }
  // moto does not keep NewerNoncurrentVersions, and the provider waits until it reads what it wrote.
  for (const { rule } of resources(content, "aws_s3_bucket_lifecycle_configuration")) {
    for (const { noncurrent_version_expiration: old = [] } of rule) for (const each of old) delete each.newer_noncurrent_versions;
  }
  // The account ends with this run, and destroying is a part of it.
  for (const bucket of resources(content, "aws_s3_bucket")) delete bucket.lifecycle;
  write(stack, content);
}

// A cluster that the configuration finds is made before.
const cluster = existsSync(join(stacks, "cluster")) && Object.values(read("cluster").data?.aws_eks_cluster ?? {})[0];
if (cluster) {
  const { provider, terraform } = read("cluster");
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }] };
  write("given", {
    provider,
    terraform,
    resource: {
      aws_iam_role: { cluster: { name: "platform-cluster", assume_role_policy: JSON.stringify(trust) } },
      aws_eks_cluster: {
        cluster: {
          name: cluster.name,
          role_arn: "${aws_iam_role.cluster.arn}",
          access_config: { authentication_mode: "API", bootstrap_cluster_creator_admin_permissions: true },
          vpc_config: { subnet_ids: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] },
        },
      },
    },
  });
  order.unshift("given");
}
// Only fleets that stay have something in AWS there.
if (existsSync(join(stacks, "dagger")) && Object.keys(read("dagger").resource).some((type) => type.startsWith("aws_"))) order.push("dagger");
console.log(order.join(" "));
