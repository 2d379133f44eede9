import type { Construct } from "constructs";
import { PrivateBucket, type PrivateBucketProps } from "../cdktf/private-bucket";

export interface SeedBucketProps extends Pick<PrivateBucketProps, "name" | "partition" | "kmsKeyArn"> {
  /** Days after which what was published goes. */
  readonly expireAfterDays: number;
}

/**
 * The bucket of seeds. They are caches: what is in it goes with it, and old ones go by themselves.
 *
 * @example
 * new SeedBucket(stack, "seeds", { name: "dagger-ci-seeds-111122223333-euw1", partition: "aws", expireAfterDays: 75 });
 */
export class SeedBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { expireAfterDays, ...props }: SeedBucketProps) {
    super(scope, id, {
      ...props,
      end: { forceDestroy: true },
      versions: false,
      rule: {
        id: "old-seeds",
        status: "Enabled",
        filter: [{}],
        expiration: [{ days: expireAfterDays }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
      },
    });
  }
}
