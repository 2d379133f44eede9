import { INTERFACE_ENDPOINTS } from "../../modules/config/network";
import { minimal, resources, scenario, synthesize, WAY_OUT } from "../support/project";
import { snapshotsOf } from "../support/snapshots";

const network = (yaml: string) => synthesize(minimal(`network: {${yaml}}\n${WAY_OUT}`)).stacks.network;
const defaultRoutes = (stack: ReturnType<typeof network>) =>
  resources(stack, "aws_route").filter((route) => route.nat_gateway_id !== undefined);

test.each([
  ["single", 1, 3],
  ["per-az", 3, 3],
  ["none", 0, 0],
] as const)("NAT %s: %i gateways, %i private subnets with a way out", (nat, gateways, routes) => {
  const stack = network(`nat: ${nat}`);
  expect(resources(stack, "aws_nat_gateway")).toHaveLength(gateways);
  expect(new Set(defaultRoutes(stack).map((route) => route.nat_gateway_id)).size).toBe(gateways);
  expect(defaultRoutes(stack)).toHaveLength(routes);
});

test("each zone's private subnet leaves by its own zone's NAT when there is one per zone", () => {
  const stack = network("nat: per-az");
  for (const [id, route] of Object.entries(stack.resource!.aws_route!)) {
    const zone = /^vpc_private-(\d)/.exec(id)?.[1];
    if (zone !== undefined) expect(route.nat_gateway_id).toContain(`vpc_nat-${zone}_`);
  }
});

test("without NAT every AWS service that the cluster needs has an endpoint in the VPC; S3 always has its gateway", () => {
  const services = (stack: ReturnType<typeof network>) =>
    resources(stack, "aws_vpc_endpoint").map(({ service_name }) => (service_name as string).replace("com.amazonaws.eu-west-1.", ""));
  expect(services(network("nat: single"))).toEqual(["s3"]);
  const alone = services(network("nat: none"));
  expect(alone.sort()).toEqual([...INTERFACE_ENDPOINTS, "s3"].sort());
  // What nodes, Karpenter and Pod Identity cannot start without.
  for (const needed of ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts", "ssm", "sqs"]) expect(alone).toContain(needed);
  expect(services(network("nat: single, interfaceEndpoints: [ecr.dkr]")).sort()).toEqual(["ecr.dkr", "s3"]);
});

test("load balancers find public and private subnets by their tags; intra subnets have none", () => {
  const { network: stack } = scenario("defaults").stacks;
  const tagsOf = (role: string) =>
    Object.entries(stack.resource!.aws_subnet!)
      .filter(([id]) => id.startsWith(`vpc_${role}-subnet`))
      .map(([, subnet]) => Object.keys(subnet.tags as object).sort());
  expect(tagsOf("public")).toEqual(Array(3).fill(["Name", "kubernetes.io/role/elb"]));
  expect(tagsOf("private")).toEqual(Array(3).fill(["Name", "kubernetes.io/role/internal-elb"]));
  expect(tagsOf("intra")).toEqual(Array(3).fill(["Name"]));
});

test("flow logs can be of all traffic, of what was rejected, or off", () => {
  const traffic = (yaml: string) => resources(network(yaml), "aws_flow_log").map(({ traffic_type }) => traffic_type);
  expect(traffic("flowLogs: all")).toEqual(["ALL"]);
  expect(traffic("")).toEqual(["REJECT"]);
  expect(traffic("flowLogs: none")).toEqual([]);
});

describe("what the stack holds by default", () => {
  snapshotsOf(scenario("defaults"), "network", {
    vpc: "subnets of each role in each zone, their routes, one NAT",
    endpoints: "S3 is reached inside the VPC",
    "flow-logs": "rejected traffic is logged",
    standing: "what stands is remembered, to refuse what would destroy it",
    stack: "what is handed on",
  });
});

describe("what a private installation without NAT holds", () => {
  snapshotsOf(scenario("private without NAT"), "network", {
    vpc: "no subnet has a way out",
    endpoints: "each AWS service that nodes need, for the VPC alone",
    "flow-logs": "rejected traffic is logged",
    standing: "what stands is remembered, to refuse what would destroy it",
    stack: "what is handed on",
  });
});

describe.each(["existing VPC", "existing VPC and cluster"] as const)("with an %s it makes nothing", (name) => {
  snapshotsOf(scenario(name), "network", {
    standing: "what stands is remembered, to refuse what would destroy it",
    stack: "the same outputs are handed on",
  });
});
