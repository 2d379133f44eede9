import { z } from "zod";
import { kmsKeyArn } from "./fields/arn";
import { bucketName } from "./fields/aws";
import { duration } from "./fields/quantities";
import { dnsLabel } from "./fields/text";

/** Where all seeds lie. */
export const seedsSchema = z
  .strictObject({
    bucket: bucketName().optional().meta({
      description: "S3 bucket that exists, in this region and account, which nothing here can check. Default: the cluster stack makes one when a fleet has `seed`.",
    }),
    kmsKeyArn: kmsKeyArn().optional().meta({ description: "KMS key of yours that encrypts the bucket. Default: S3's own." }),
    expireAfterDays: z.int().min(62).max(3650).default(75).meta({
      description:
        "Days after which what was published goes from the stack's bucket. Each month begins anew, so that seeds in use never have parts older than that.",
    }),
  })
  .prefault({});

/** What new nodes of a fleet begin with. */
export const seedSchema = z
  .strictObject({
    publish: z.boolean().default(false).meta({
      description:
        "Whether nodes of this fleet, when they leave, publish their engine's cache for those that come. Only for a fleet that runs what you trust, such as the default branch: see docs/security.md.",
    }),
    from: dnsLabel(20).optional().meta({
      description: "Fleet whose seeds new nodes restore; it publishes, and has the same `dagger` and architecture. They cannot write there. Default: this fleet, if it publishes.",
    }),
    publishEvery: duration().default("6h").meta({ description: "A node publishes only if the newest seed is older than this." }),
    restoreWithin: duration().default("2m").meta({
      description: "How long a new node may take to restore, at most 10m. After that its engine starts with an empty cache.",
    }),
    maxGb: z.int().min(1).max(1000).default(50).meta({ description: "A larger cache is neither published nor restored." }),
  })
  .optional()
  .meta({ description: "A cache that outlives its node: new nodes begin with what another engine left, from S3. Dagger 0.21.0 or later, on NVMe; see docs/seeds.md." });

export type SeedConfig = NonNullable<z.infer<typeof seedSchema>>;
