import { S3Bucket, type S3BucketConfig } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration, type S3BucketLifecycleConfigurationRule } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { policy } from "./iam";

export interface PrivateBucketProps {
  readonly name: string;
  readonly partition: string;
  /** KMS key that encrypts objects. Default: S3's own key. */
  readonly kmsKeyArn?: string | undefined;
  /** How it goes: whether with what is in it, and whether at all. */
  readonly end: Pick<S3BucketConfig, "forceDestroy" | "lifecycle">;
  /** Whether every version of an object is kept. */
  readonly versions: boolean;
  /** What goes by itself, and when. */
  readonly rule: S3BucketLifecycleConfigurationRule;
}

/**
 * A bucket that only its account reads: encrypted, over TLS only, public never.
 *
 * @example
 * new PrivateBucket(stack, "evidence", {
 *   name: "acme-evidence", partition: "aws", end: { forceDestroy: false }, versions: true,
 *   rule: { id: "old", status: "Enabled", filter: [{}], expiration: [{ days: 365 }] },
 * });
 */
export class PrivateBucket extends Construct {
  /** The bucket's name, as a reference: known once the bucket stands. */
  readonly bucket: string;

  constructor(scope: Construct, id: string, { name, partition, kmsKeyArn, end, versions, rule }: PrivateBucketProps) {
    super(scope, id);
    const { bucket } = new S3Bucket(this, "bucket", { bucket: name, ...end });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const versioning = versions ? [new S3BucketVersioningA(this, "versioning", { bucket, versioningConfiguration: { status: "Enabled" } })] : [];
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        {
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault:
            kmsKeyArn === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        },
      ],
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", { bucket, rule: [rule], dependsOn: versioning });
    const arn = `arn:${partition}:s3:::${name}`;
    new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policy({
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
      dependsOn: [block],
    });
    this.bucket = bucket;
  }
}
