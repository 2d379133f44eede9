import { RESERVED_FLEET_NAMES, RESERVED_SIZE_NAMES } from "../../modules/contract/reserved-names";
import { STACKS } from "../../modules/contract/outputs";
import { EXISTING_VPC, minimal, resource, resources, scenario, scenarioNames, synthesize } from "../support/project";
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

describe("in China", () => {
  const { stacks } = synthesize(minimal('network: {nat: none}\nproxy: {https: "http://proxy.example:3128"}').replace("eu-west-1", "cn-north-1"));
  const text = JSON.stringify(stacks);

  test("ARNs and service principals are China's", () => {
    expect(text).not.toMatch(/arn:aws:/);
    expect(resource(stacks.cluster, "aws_iam_role", "runner-nodes").assume_role_policy).toContain('"Service":"ec2.amazonaws.com.cn"');
    expect(resource(stacks.cluster, "aws_kms_key").policy).toContain('"Service":"logs.cn-north-1.amazonaws.com.cn"');
  });

  test("Terraform asks for the names of interface endpoints, of which there are two kinds", () => {
    const { filter } = stacks.network.data!.aws_vpc_endpoint_service!["endpoints_ecr.dkr-service_" as never] ?? Object.values(stacks.network.data!.aws_vpc_endpoint_service!)[0]!;
    expect(filter).toEqual([{ name: "service-name", values: [expect.stringMatching(/^com\.amazonaws\.cn-north-1\./), expect.stringMatching(/^cn\.com\.amazonaws\.cn-north-1\./)] }]);
  });
});

test("GovCloud's ARNs are GovCloud's", () => {
  expect(JSON.stringify(synthesize(minimal().replace("eu-west-1", "us-gov-west-1")).stacks)).not.toMatch(/arn:aws:/);
});

test("a region without ec2messages gets no endpoint for it", () => {
  const yaml = minimal('network: {nat: none}\nproxy: {https: "http://proxy.example:3128"}').replace("eu-west-1", "ap-southeast-6");
  const services = resources(synthesize(yaml).stacks.network, "aws_vpc_endpoint").map(({ service_name }) => String(service_name));
  expect(services).toContain("com.amazonaws.ap-southeast-6.ssmmessages");
  expect(services).not.toContain("com.amazonaws.ap-southeast-6.ec2messages");
});

test("of the default types of support nodes those are taken that the region sells", () => {
  const types = (region: string) => resource(synthesize(minimal().replace("eu-west-1", region)).stacks.cluster, "aws_eks_node_group").instance_types;
  expect(types("eu-west-1")).toEqual(["m7i.large", "m6i.large"]);
  expect(types("ca-west-1")).toEqual(["m6i.large"]);
  expect(types("ap-southeast-4")).toEqual(["m7i.large"]);
});

test("a role and a user of one name, and a role named as another's entry, have entries of their own", () => {
  const arns = ["role/ops", "user/ops", "role/ops-entry", "role/team/ops"].map((name) => `arn:aws:iam::111122223333:${name}`);
  const entries = (list: readonly string[]) =>
    Object.entries(synthesize(minimal(`cluster: {admins: [${list.map((arn) => `"${arn}"`).join(", ")}]}`)).stacks.cluster.resource!.aws_eks_access_entry!)
      .map(([id, { principal_arn }]) => [id, principal_arn] as const)
      .filter(([, arn]) => arns.includes(String(arn)));
  const ids = new Map(entries(arns).map(([id, arn]) => [arn, id]));
  expect(ids.size).toBe(4);
  // The ids are a contract: they depend on no order, and the plain one stays as it always was.
  expect(new Map(entries([...arns].reverse()).map(([id, arn]) => [arn, id]))).toEqual(ids);
  expect(ids.get(arns[0])).toMatch(/^access_ops-entry_/);
});

test("names that a fleet or a size cannot have are those of the stack's own constructs", () => {
  const { stacks } = synthesize(
    minimal('addons: {metrics: true}\ndaggerCloud: {secret: s}\nproxy: {https: "http://proxy.example:3128", secret: p}'),
  );
  const ids = [...Object.values(stacks.dagger.resource!), ...Object.values(stacks.dagger.data!)].flatMap((items) => Object.keys(items).map((id) => id.split("_")));
  const named = (names: (string | undefined)[]) => new Set(names.filter((name) => name !== undefined && /^[a-z][a-z0-9-]{0,19}$/.test(name)));
  const ofStack = named([...ids.map(([first]) => first), ...Object.keys(stacks.dagger.output!), ...Object.keys(stacks.dagger.provider!)]);
  ofStack.delete("main");
  expect([...ofStack].filter((name) => !RESERVED_FLEET_NAMES.includes(name!))).toEqual([]);
  const inFleet = named(ids.filter(([first]) => first === "main").map(([, second]) => second));
  expect(inFleet.size).toBeGreaterThan(4);
  for (const name of inFleet) expect(RESERVED_SIZE_NAMES).toContain(name);
});
