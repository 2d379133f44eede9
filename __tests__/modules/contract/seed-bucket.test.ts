import { bucketName } from "../../../modules/config/fields/aws";
import { ownSeedBucket } from "../../../modules/contract/seed-bucket";
import { regionNames } from "../../../modules/facts/regions";

const ACCOUNT = "111122223333";

test.each([
  ["eu-west-1", "dagger-ci-seeds-111122223333-euw1"],
  ["ap-southeast-2", "dagger-ci-seeds-111122223333-apse2"],
  ["ca-central-1", "dagger-ci-seeds-111122223333-cac1"],
  ["us-gov-east-1", "dagger-ci-seeds-111122223333-usgove1"],
])("in %s the bucket of seeds is %s", (region, expected) => {
  expect(ownSeedBucket({ name: "dagger-ci", region }, ACCOUNT)).toBe(expected);
});

test("S3 takes the longest name in every region, and no two regions share one", () => {
  const names = regionNames.map((region) => ownSeedBucket({ name: "a".repeat(32), region }, ACCOUNT));
  expect(names.filter((name) => !bucketName().safeParse(name).success)).toEqual([]);
  expect(new Set(names).size).toBe(regionNames.length);
});
