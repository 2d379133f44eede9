import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { policy } from "../cdktf/iam";

export interface StateBucketProps {
  readonly name: string;
  readonly partition: string;
  /** KMS key that encrypts states. Default: S3's own key. */
  readonly kmsKeyArn?: string;
}

/** How long a state that was written over can be had back. */
const OLD_VERSIONS = { days: 365, atLeast: 30 };

/**
 * The bucket of all states: every version kept, encrypted, over TLS only, public never. Locks are objects in it.
 *
 * @example
 * new StateBucket(stack, "state", { name: "acme-terraform-states", partition: "aws" });
 */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, partition, kmsKeyArn }: StateBucketProps) {
    super(scope, id);
    const { bucket } = new S3Bucket(this, "bucket", { bucket: name, forceDestroy: false, lifecycle: { preventDestroy: true } });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const versioning = new S3BucketVersioningA(this, "versioning", { bucket, versioningConfiguration: { status: "Enabled" } });
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
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{}],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSIONS.days, newerNoncurrentVersions: OLD_VERSIONS.atLeast }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
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
  }
}
