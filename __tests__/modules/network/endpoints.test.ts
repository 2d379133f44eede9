import { minimal, resources, synthesize, WAY_OUT } from "../../support/project";

const networkIn = (region: string) => synthesize(minimal(`network: {nat: none}\n${WAY_OUT}`).replace("eu-west-1", region)).stacks.network;

test("in China Terraform asks for the names of interface endpoints, of which there are two kinds", () => {
  const { data } = networkIn("cn-north-1");
  const lookups = Object.values(data!.aws_vpc_endpoint_service!).map(({ filter }) => filter);
  expect(lookups).toContainEqual([{ name: "service-name", values: ["com.amazonaws.cn-north-1.ecr.dkr", "cn.com.amazonaws.cn-north-1.ecr.dkr"] }]);
  expect(lookups.length).toBeGreaterThan(5);
});

test("a region without ec2messages gets no endpoint for it", () => {
  const services = resources(networkIn("ap-southeast-6"), "aws_vpc_endpoint").map(({ service_name }) => service_name);
  expect(services).toContain("com.amazonaws.ap-southeast-6.ssmmessages");
  expect(services).not.toContain("com.amazonaws.ap-southeast-6.ec2messages");
});
