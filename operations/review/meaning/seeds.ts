import { SEED_ACCOUNT } from "../../../modules/contract/seed";
import { changes, gone, type Meaning } from "./meaning";
import { textAt } from "../plan-json";

const COLD = "new nodes of every fleet start with an empty cache until a node has published again";

/** What changes of the bucket of seeds mean. */
export const SEED_BUCKET: readonly Meaning[] = [
  {
    of: "aws_s3_bucket",
    change: "destroyed, replaced",
    match: gone,
    title: "Seeds are lost",
    means: { caches: `the bucket goes with all seeds in it: ${COLD}`, reversibility: "what was in it cannot be had back" },
    covers: ({ type }) => type.startsWith("aws_s3_bucket_"),
  },
  {
    of: "aws_s3_bucket_server_side_encryption_configuration",
    change: "another key",
    match: changes(/sse_algorithm|kms_master_key_id/),
    title: "Seeds are encrypted otherwise",
    weight: "note",
    means: { caches: "seeds from before keep the key they have: without it their nodes start cold", data: "what is published from then on has the new key" },
  },
  {
    of: "aws_s3_bucket_server_side_encryption_configuration",
    change: "destroyed, replaced",
    match: gone,
    title: "Seeds lose their encryption key",
    means: { data: "what is published from then on has S3's own key" },
  },
  {
    of: "aws_s3_bucket_lifecycle_configuration",
    change: "`expiration` another",
    match: changes(/expiration/),
    title: "Seeds expire at another time",
    weight: "note",
    means: { caches: "S3 deletes what is older than that within days", cost: "what is kept is billed" },
  },
  {
    of: "aws_s3_bucket_lifecycle_configuration",
    change: "destroyed, replaced",
    match: gone,
    title: "Seeds never expire",
    means: { data: "what jobs left in caches stays in S3", cost: "all that was ever published is billed" },
  },
  {
    of: "aws_s3_bucket_public_access_block",
    change: "destroyed, replaced, or less",
    match: (changed, all) => gone(changed, all) || changes(/^(block|ignore|restrict)_/)(changed, all),
    title: "Seeds could be opened",
    means: { data: "a policy could make public what jobs left in caches" },
  },
];

/** What the end of a fleet's seeds means. */
export const SEED_ROLES: readonly Meaning[] = [
  {
    of: "aws_eks_pod_identity_association",
    change: `${SEED_ACCOUNT}'s: destroyed`,
    match: ({ kind, change }) => kind === "destroy" && textAt(change.before, "service_account") === SEED_ACCOUNT && textAt(change.before, "namespace"),
    title: "Fleet has no seeds any more",
    means: { caches: "its new nodes start with an empty cache, and none that leaves publishes its own" },
  },
];
