import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { StateBucket } from "../../../modules/bootstrap/state-bucket";
import { renderAlone } from "../../support/testing";

test.each([
  ["by S3's own key", {}, { sse_algorithm: "AES256" }],
  ["by the key that is named", { kmsKeyArn: "arn:aws:kms:eu-west-1:1:key/k" }, { sse_algorithm: "aws:kms", kms_master_key_id: "arn:aws:kms:eu-west-1:1:key/k" }],
])("a bucket that Terraform never deletes, encrypted %s", (_by, key, apply_server_side_encryption_by_default) => {
  const json = renderAlone((stack) => new StateBucket(stack, "state", { name: "acme-state", partition: "aws", ...key }));
  expect(json).toHaveResourceWithProperties(S3Bucket, { bucket: "acme-state", force_destroy: false, lifecycle: { prevent_destroy: true } });
  expect(json).toHaveResourceWithProperties(S3BucketServerSideEncryptionConfigurationA, {
    rule: [{ bucket_key_enabled: true, apply_server_side_encryption_by_default }],
  });
});
