import { standingInAws } from "../../../operations/identity/account";
import { awsStub, vpcs } from "../../support/aws-stub";

const aws = awsStub();
beforeAll(() => Object.assign(process.env, aws.environment()));

const NO_ROLE = [404, '<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>'] as const;
const ROLE = [200, '<GetRoleResponse><GetRoleResult><Role><RoleName>x</RoleName></Role></GetRoleResult></GetRoleResponse>'] as const;
const search = { name: "dagger-ci", region: "eu-west-1", cluster: "dagger-ci" };

test("VPC, cluster and role of an installation are found, and others are told apart", async () => {
  aws.answer({
    DescribeVpcs: vpcs({ "vpc-1": "dagger-ci", "vpc-2": "staging" }),
    "/clusters": [200, { clusters: ["dagger-ci", "production", "platform"] }],
    "/clusters/production": [200, { cluster: { name: "production", tags: { "dagger-ci/installation": "production" } } }],
    "/clusters/platform": [200, { cluster: { name: "platform", tags: {} } }],
    GetRole: ROLE,
  });
  expect(await standingInAws(search)).toEqual({
    own: [
      { stack: "network", what: "the VPC vpc-1" },
      { stack: "cluster", what: "the EKS cluster dagger-ci" },
      { stack: "cluster", what: "the IAM role dagger-ci-runner-node" },
    ],
    others: ["production", "staging"],
  });
});

test("a cluster of the name is not the installation's where it makes none", async () => {
  aws.answer({
    DescribeVpcs: vpcs({}),
    "/clusters": [200, { clusters: ["dagger-ci"] }],
    "/clusters/dagger-ci": [200, { cluster: { name: "dagger-ci", tags: {} } }],
    GetRole: NO_ROLE,
  });
  expect(await standingInAws({ name: "dagger-ci", region: "eu-west-1" })).toEqual({ own: [], others: [] });
});

test("an answer that it may not be asked is an error, not nothing", async () => {
  aws.answer({ DescribeVpcs: vpcs({}), "/clusters": [403, { __type: "AccessDeniedException", message: "no" }] });
  await expect(standingInAws(search)).rejects.toMatchObject({ message: "no" });
});
