// scan-input CDKTF_OUT SCAN_DIR: lays out what the scanners read. For checkov each stack without the blocks, such as `terraform`,
// which its parser does not take; for parliament each IAM policy as a file, references turned into names.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [out, directory] = process.argv.slice(2);
// What AWS would put for a reference, so that the linter sees ARNs of the right shape.
const SAMPLES = [
  [/aws_eks_cluster/, "arn:aws:eks:eu-west-1:111122223333:cluster/sample"],
  [/aws_sqs_queue/, "arn:aws:sqs:eu-west-1:111122223333:sample"],
  [/aws_iam_role/, "arn:aws:iam::111122223333:role/sample"],
  [/aws_kms_key/, "arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"],
  [/aws_cloudwatch_log_group/, "arn:aws:logs:eu-west-1:111122223333:log-group:sample"],
  [/aws_caller_identity/, "111122223333"],
  [/seed_bucket/, "ci-seeds-seeds-111122223333-euw1"],
];

// Condition keys of a type that parliament 1.6.4 stops at (ArrayOfARN). __tests__/whole/iam asks what these conditions do.
const UNREAD = ["events:TargetArn"];
const readable = (policy) => JSON.stringify(policy, (key, value) => (UNREAD.includes(key) ? undefined : value)).replaceAll(/"\w+":\{\},?/g, "");

// Policies for which .ci/parliament.yaml passes something over; for those of bootstrap, .ci/parliament-delivery.yaml does.
const LAUNCHES = /karpenter_node-lifecycle/;

let policies = 0;
for (const folder of ["policies", "policies-that-launch", "policies-that-deliver"]) mkdirSync(join(directory, folder), { recursive: true });
for (const stack of readdirSync(join(out, "stacks"))) {
  const { terraform, ephemeral, removed, locals, ...template } = JSON.parse(readFileSync(join(out, "stacks", stack, "cdk.tf.json"), "utf8"));
  mkdirSync(join(directory, "stacks", stack), { recursive: true });
  writeFileSync(join(directory, "stacks", stack, "cdk.tf.json"), JSON.stringify(template, null, 2));
  for (const [type, items] of Object.entries(template.resource ?? {})) {
    for (const [id, item] of Object.entries(items)) {
      // Trust policies have no resource, which this linter does not know; they are three lines in modules/cdktf/iam.ts.
      if (typeof item.policy === "string") {
        const text = item.policy.replace(/\$\{[^}]*\}/g, (reference) => {
          const sample = SAMPLES.find(([pattern]) => pattern.test(reference));
          if (!sample) throw new Error(`no sample for ${reference} in ${stack} ${type}.${id}`);
          return sample[1];
        });
        const folder = stack === "bootstrap" ? "policies-that-deliver" : LAUNCHES.test(id) ? "policies-that-launch" : "policies";
        writeFileSync(join(directory, folder, `${stack}.${type}.${id}.json`), readable(JSON.parse(text)));
        policies++;
      }
    }
  }
}
console.log(`${policies} IAM policies to lint`);
