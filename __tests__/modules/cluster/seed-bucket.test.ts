import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { SeedBucket } from "../../../modules/cluster/seed-bucket";
import { renderAlone } from "../../support/testing";

const bucket = (more = {}) => renderAlone((stack) => new SeedBucket(stack, "seeds", { name: "ci-seeds", partition: "aws", expireAfterDays: 75, ...more }));

test("goes with what is in it, keeps one version of each object, and none for long", () => {
  const json = bucket();
  expect(json).toHaveResourceWithProperties(S3Bucket, { bucket: "ci-seeds", force_destroy: true });
  expect(json).not.toHaveResource(S3BucketVersioningA);
  expect(json).toHaveResourceWithProperties(S3BucketLifecycleConfiguration, {
    rule: [
      {
        id: "old-seeds",
        status: "Enabled",
        filter: [{}],
        expiration: [{ days: 75 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
      },
    ],
  });
});

test("is the account's alone, over TLS only", () => {
  const json = bucket();
  const all = { block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true };
  expect(json).toHaveResourceWithProperties(S3BucketPublicAccessBlock, all);
  expect(json).toHaveResourceWithProperties(S3BucketOwnershipControls, { rule: { object_ownership: "BucketOwnerEnforced" } });
  const { resource } = JSON.parse(json) as { resource: Record<string, Record<string, { policy: string }>> };
  expect(json).toHaveResource(S3BucketPolicy);
  expect(JSON.parse(Object.values(resource.aws_s3_bucket_policy!)[0]!.policy)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::ci-seeds", "arn:aws:s3:::ci-seeds/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
});

test.each([
  ["S3's own key", {}, { sse_algorithm: "AES256" }],
  ["the account's", { kmsKeyArn: "arn:aws:kms:eu-west-1:1:key/k" }, { sse_algorithm: "aws:kms", kms_master_key_id: "arn:aws:kms:eu-west-1:1:key/k" }],
])("is encrypted by %s", (_by, key, apply_server_side_encryption_by_default) => {
  expect(bucket(key)).toHaveResourceWithProperties(S3BucketServerSideEncryptionConfigurationA, {
    rule: [{ bucket_key_enabled: true, apply_server_side_encryption_by_default }],
  });
});
