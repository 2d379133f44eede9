import type { Statement } from "../../cdktf/iam";
import type { Scope } from "./scope";

const s3 = (...names: readonly string[]) => names.map((action) => `s3:${action}`);
const bucketArn = ({ partition }: Scope, bucket: string) => `arn:${partition}:s3:::${bucket}`;

/** The bucket of seeds, where the cluster stack makes it: its settings, never what is in it. Terraform reads all of them. */
export const lookAtSeeds = (scope: Scope): Statement[] =>
  scope.seeds?.own !== true
    ? []
    : [
        {
          Sid: "LookAtSeedBucket",
          Action: s3("GetBucket*", "GetAccelerateConfiguration", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket", "ListTagsForResource"),
          Resource: bucketArn(scope, scope.seeds.bucket),
        },
      ];

/** Making, changing and removing that bucket, by its name; it goes with what is in it. */
export function ownSeeds(scope: Scope): Statement[] {
  if (scope.seeds?.own !== true) return [];
  const Resource = bucketArn(scope, scope.seeds.bucket);
  return [
    {
      Sid: "OwnSeedBucket",
      Action: s3(
        ...["CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "ListBucketVersions", "PutBucketOwnershipControls", "PutBucketPolicy"],
        ...["PutBucketPublicAccessBlock", "PutBucketTagging", "PutEncryptionConfiguration", "PutLifecycleConfiguration", "TagResource", "UntagResource"],
      ),
      Resource,
    },
    { Sid: "EmptySeedBucket", Action: s3("DeleteObject", "DeleteObjectVersion"), Resource: `${Resource}/*` },
  ];
}

/** The most that pods of any fleet do with seeds of this installation, whoever made the bucket. */
export function boundSeeds(scope: Scope): Statement[] {
  if (scope.seeds === undefined) return [];
  const arn = bucketArn(scope, scope.seeds.bucket);
  // In few characters, like all of the boundary. What is about objects is never about buckets, and the other way round.
  return [{ Sid: "Seeds", Action: s3("*Object", "Abort*", "GetBucketLocation", "ListBucket"), Resource: [arn, `${arn}/${scope.name}/*`] }];
}
