import { STACKS } from "../../modules/contract/outputs";
import { EXISTING_VPC, minimal, resource, resources, scenario, scenarioNames, synthesize, WAY_OUT } from "../support/project";
import type { TerraformJson } from "../../operations/synthesized";

/** What EC2 takes in a description of a security group or its rules (API reference, `Description`). */
const EC2_DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

const descriptions = (stack: TerraformJson) =>
  Object.entries(stack.resource ?? {})
    .filter(([type]) => /^aws_(vpc_)?security_group|^aws_network|^aws_vpc/.test(type))
    .flatMap(([type]) => resources(stack, type).map(({ description }) => description))
    .filter((description): description is string => typeof description === "string");

test("every description keeps to EC2's characters", () => {
  const webhooks = synthesize(
    minimal(`addons: {summerwind: install}\n${EXISTING_VPC}\ncluster: {mode: existing, name: platform, supportNodes: {securityGroupId: sg-0123456789abcdef0}}`),
  );
  const all = [...scenarioNames.map(scenario), webhooks].flatMap(({ stacks }) => STACKS.flatMap((id) => descriptions(stacks[id])));
  expect(all.length).toBeGreaterThan(2);
  expect(all.filter((description) => !EC2_DESCRIPTION.test(description))).toEqual([]);
});

test("in China ARNs and service principals are China's", () => {
  const { stacks } = synthesize(minimal(`network: {nat: none}\n${WAY_OUT}`).replace("eu-west-1", "cn-north-1"));
  expect(JSON.stringify(stacks)).not.toMatch(/arn:aws:/);
  expect(resource(stacks.cluster, "aws_iam_role", "runner-nodes").assume_role_policy).toContain('"Service":"ec2.amazonaws.com.cn"');
  expect(resource(stacks.cluster, "aws_kms_key").policy).toContain('"Service":"logs.cn-north-1.amazonaws.com.cn"');
});

test("GovCloud's ARNs are GovCloud's", () => {
  expect(JSON.stringify(synthesize(minimal().replace("eu-west-1", "us-gov-west-1")).stacks)).not.toMatch(/arn:aws:/);
});
