import { parseConfig } from "../../../modules/load-config";
import type { AwsAccount } from "../../../operations/doctor/aws-account";
import { nodeChecks } from "../../../operations/doctor/node-checks";
import { EC2_KEYS } from "../../support/fleets";
import { EXISTING, minimal } from "../../support/project";

const [KEY, OTHER] = EC2_KEYS;
type Looks = Pick<AwsAccount, "ebsKey" | "reservations" | "images">;
const look = async (yaml: string, answers: Partial<Looks> = {}): Promise<string[]> => {
  const account: Looks = {
    ebsKey: () => Promise.resolve("alias/aws/ebs"),
    reservations: () => Promise.resolve(new Map()),
    images: () => Promise.resolve(new Map()),
    ...answers,
  };
  return (await nodeChecks(parseConfig(minimal(yaml)), account as AwsAccount)).map(({ status, subject, detail }) => `${status} ${subject}: ${detail}`);
};
const encrypted = (key: string) => ({ ebsKey: () => Promise.resolve(key) });
const fleet = (nodes: string) => `fleets: [{name: main, nodes: {${nodes}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`;

test.each([
  ["AWS's own", "", "alias/aws/ebs", ["ok key of disks: AWS's own"]],
  ["the account's, as configured", EXISTING.replace("name: platform", `name: platform, diskKmsKeyArn: "${KEY}"`), KEY, [`ok key of disks: ${KEY}`]],
  [
    "the account's, and nobody says so",
    "",
    KEY,
    [
      `problem key of disks: the account encrypts with ${KEY} by default: set cluster.diskKmsKeyArn to it, or the nodes of main end as they start`,
      `unchecked key of disks: the policy of ${KEY} must let AWSServiceRoleForAutoScaling use it, for node groups: docs/nodes.md`,
    ],
  ],
  ["another than configured", EXISTING.replace("name: platform", `name: platform, diskKmsKeyArn: "${OTHER}"`), KEY, [expect.stringContaining(`problem key of disks: the account encrypts with ${KEY}`)]],
  ["configured, and not the account's", EXISTING.replace("name: platform", `name: platform, diskKmsKeyArn: "${KEY}"`), "alias/aws/ebs", [expect.stringContaining("problem key of disks: the account's default is AWS's own")]],
  ["each fleet's own", `${EXISTING}\n${fleet(`rootDiskKmsKeyArn: "${OTHER}"`)}`, KEY, [`ok key of disks: ${KEY}; every fleet that Karpenter buys nodes for names its own`]],
  ["an alias, behind which nobody sees", EXISTING, "arn:aws:kms:eu-west-1:111122223333:alias/disks", [expect.stringContaining("unchecked key of disks: the account's default is arn:aws:kms:eu-west-1:111122223333:alias/disks")]],
])("the key of disks is %s", async (_title, yaml, key, expected) => {
  expect(await look(yaml, encrypted(key))).toEqual(expected);
});

test("an AMI must be there, and of the architecture", async () => {
  const yaml = fleet("ami: ami-0123456789abcdef0");
  const images = (architecture: string) => ({ images: () => Promise.resolve(new Map([["ami-0123456789abcdef0", architecture]])) });
  expect(await look(yaml)).toContain("problem AMI, fleet main: ami-0123456789abcdef0 is not there, or not shared with the account in eu-west-1");
  expect(await look(yaml, images("arm64"))).toContain("problem AMI, fleet main: ami-0123456789abcdef0 is arm64, nodes.architecture is amd64");
  expect(await look(yaml, images("amd64"))).toContain("ok AMI, fleet main: ami-0123456789abcdef0");
});

const RESERVED = "cr-0123456789abcdef0";
const reservation = { zone: "eu-west-1a", instanceType: "m6id.4xlarge", state: "active", total: 3 };
test.each([
  [{}, `ok capacity reservation, fleet main: ${RESERVED}: 3 x m6id.4xlarge in eu-west-1a`],
  [{ state: "expired" }, `problem capacity reservation, fleet main: ${RESERVED} is expired`],
  [{ zone: "eu-west-1b" }, `problem capacity reservation, fleet main: ${RESERVED} is in eu-west-1b, nodes.zones is eu-west-1a`],
  [{ instanceType: "m7i.4xlarge" }, `problem capacity reservation, fleet main: ${RESERVED} is of m7i.4xlarge, which the fleet's settings leave no node of: npm run placement`],
])("a reservation must be one that the fleet can use: %j", async (change, expected) => {
  const yaml = fleet(`capacityTypes: [reserved], zones: [eu-west-1a], capacityReservations: {ids: [${RESERVED}]}`);
  expect(await look(yaml, { reservations: () => Promise.resolve(new Map([[RESERVED, { ...reservation, ...change }]])) })).toContain(expected);
});

test("a reservation for nodes that stay has room for all of them, and one that is not there is told", async () => {
  const yaml = fleet(`mode: persistent, instanceType: m6id.4xlarge, count: 4, zones: [eu-west-1a], capacityReservationId: ${RESERVED}`);
  expect(await look(yaml, { reservations: () => Promise.resolve(new Map([[RESERVED, reservation]])) })).toContain(`problem capacity reservation, fleet main: ${RESERVED} has 3 instances, nodes.count is 4`);
  expect(await look(yaml)).toContain(`problem capacity reservation, fleet main: ${RESERVED} is not there, or not shared with the account in eu-west-1`);
});

test("what may not be looked at is told as such", async () => {
  expect(await look("", { ebsKey: () => Promise.reject(new Error("not authorized")) })).toEqual(["unchecked key of disks: not authorized"]);
});
