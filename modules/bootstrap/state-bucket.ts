import type { Construct } from "constructs";
import { PrivateBucket, type PrivateBucketProps } from "../cdktf/private-bucket";

/** How long a state that was written over can be had back. */
const OLD_VERSIONS = { days: 365, atLeast: 30 };

/**
 * The bucket of all states: every version kept, never deleted. Locks are objects in it.
 *
 * @example
 * new StateBucket(stack, "state", { name: "acme-terraform-states", partition: "aws" });
 */
export class StateBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: Pick<PrivateBucketProps, "name" | "partition" | "kmsKeyArn">) {
    super(scope, id, {
      ...props,
      end: { forceDestroy: false, lifecycle: { preventDestroy: true } },
      versions: true,
      rule: {
        id: "old-versions",
        status: "Enabled",
        filter: [{}],
        noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSIONS.days, newerNoncurrentVersions: OLD_VERSIONS.atLeast }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
      },
    });
  }
}
