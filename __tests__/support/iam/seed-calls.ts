import type { Config } from "../../../modules/config/schema";
import { isSeeded, seedRole, seedSource } from "../../../modules/contract/seed";
import { seedBucket } from "../../../modules/contract/seed-bucket";
import type { Request } from "./evaluate";
import { words } from "./requests";
import { ACCOUNT } from "./stacks";

/** What the pods of a fleet's seeds ask of AWS, and what a job that took their role might. */
export interface SeedCalls {
  readonly role: string;
  readonly calls: readonly Request[];
  readonly attacks: readonly (readonly [label: string, request: Request])[];
}

/** The calls are those of restic 0.18 (its source, internal/backend/s3): it finds, reads, writes, and removes its locks and old packs. */
export function seedCalls(config: Config): SeedCalls[] {
  const { name, region, fleets, seeds } = config;
  const { ask, arn } = words(region);
  const bucket = `arn:aws:s3:::${seedBucket(config, ACCOUNT) ?? ""}`;
  const ours = { "aws:ResourceAccount": ACCOUNT };
  const s3 = (action: string, key = "", context = {}, where = bucket) => ask(`s3:${action}`, where + key, { ...ours, ...context });
  const key = (action: string) => (seeds.kmsKeyArn === undefined ? [] : [ask(`kms:${action}`, seeds.kmsKeyArn)]);
  return fleets.filter(isSeeded).map((fleet): SeedCalls => {
    const prefix = `/${name}/${seedSource(fleet)}`;
    const list = (of: string) => s3("ListBucket", "", { "s3:prefix": of });
    const writes = ["PutObject", "DeleteObject", "AbortMultipartUpload"].map((action) => s3(action, `${prefix}/v1/data/00/0`));
    const { publish } = fleet.seed;
    return {
      role: seedRole(name, fleet.name),
      calls: [s3("GetBucketLocation"), list(`${prefix.slice(1)}/v1/snapshots/`), s3("GetObject", `${prefix}/v1/config`), ...key("Decrypt"), ...(publish ? [...writes, ...key("GenerateDataKey")] : [])],
      attacks: [
        ...(publish ? [] : [...writes, ...key("GenerateDataKey")].map((request) => ["a reader writes", request] as const)),
        ["another fleet's seeds", s3("GetObject", `/${name}/other/v1/config`)],
        ["a like-named fleet's seeds", s3("GetObject", `${prefix}-2/v1/config`)],
        ["poison another fleet's seeds", s3("PutObject", `/${name}/other/v1/config`)],
        ["another installation's seeds", s3("GetObject", `/${name}-2/${fleet.name}/v1/config`)],
        ["the names of all seeds", list("")],
        ["the names of another fleet's", list(`${name}/other/`)],
        ["its namesake in another account", s3("PutObject", `${prefix}/v1/config`, { "aws:ResourceAccount": "999999999999" })],
        ["another bucket", s3("GetObject", `${prefix}/v1/config`, {}, "arn:aws:s3:::payroll")],
        ["the bucket's policy", s3("PutBucketPolicy")],
        ["the bucket", s3("DeleteBucket")],
        ["another key", ask("kms:Decrypt", arn("kms", "key/99999999-8888-7777-6666-555555555555"))],
      ],
    };
  });
}

/** What a thief of either role of delivery might try on the bucket, if the stack makes it. */
export function seedBucketAttacks(config: Config): { readonly plan: SeedCalls["attacks"]; readonly deploy: SeedCalls["attacks"] } {
  const { ask } = words(config.region);
  const s3 = (action: string, key = "", bucket = seedBucket(config, ACCOUNT) ?? "no-seeds") => ask(`s3:${action}`, `arn:aws:s3:::${bucket}${key}`);
  return {
    plan: [
      ["read a seed", s3("GetObject", `/${config.name}/main/v1/config`)],
      ["poison a seed", s3("PutObject", `/${config.name}/main/v1/config`)],
      ["open the bucket of seeds", s3("PutBucketPolicy")],
      ["the settings of another bucket", s3("GetBucketPolicy", "", "payroll")],
    ],
    deploy: [
      ["read a seed", s3("GetObject", `/${config.name}/main/v1/config`)],
      ["poison a seed", s3("PutObject", `/${config.name}/main/v1/config`)],
      ["keep seeds by versions", s3("PutBucketVersioning")],
      ["copy seeds elsewhere", s3("PutReplicationConfiguration")],
      ["a bucket of another name", s3("CreateBucket", "", "payroll")],
      ["delete another bucket", s3("DeleteBucket", "", "payroll")],
      ["open another bucket", s3("PutBucketPolicy", "", "payroll")],
      ["empty another bucket", s3("DeleteObject", "/x", "payroll")],
      ...(config.seeds.bucket === undefined ? [] : ([["change a bucket that exists", s3("PutLifecycleConfiguration")], ["delete a bucket that exists", s3("DeleteBucket")]] as const)),
    ],
  };
}
