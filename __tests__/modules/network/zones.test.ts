import { hasTerraform, StandIn, type Answers } from "../../support/standing";
import { minimal, resources, synthesize } from "../../support/project";

const network = (yaml: string) => synthesize(minimal(`network: {${yaml}}`)).stacks.network;
const zones = (letters: string) => Array.from(letters, (letter) => `eu-west-1${letter}`);
/** What AWS says: which zones there are, and how many subnets of this network. */
const aws = (letters: string, subnets = 0): Answers => ({
  aws_availability_zones: { names: zones(letters) },
  aws_subnets: { ids: Array.from({ length: subnets }, (_, i) => `subnet-${i}`) },
});

test("a network asks AWS which of its subnets stand, so that none is destroyed by a shorter list", () => {
  const lookup = Object.values(network("availabilityZones: 2").data!.aws_subnets!)[0] as { filter: { name: string; values: string[] }[] };
  // With conditions, or a reference to the VPC itself, Terraform would ask after the plan whenever the VPC changes.
  expect(lookup).not.toHaveProperty("lifecycle");
  const filters = Object.fromEntries(lookup.filter.map(({ name, values }) => [name, values[0]!]));
  expect(filters["tag:dagger-ci/installation"]).toBe("dagger-ci");
  expect(filters["tag:dagger-ci/stack"]).toBe("network");
  expect(filters["vpc-id"]).toMatch(/^\$\{local\./);
});

test("no subnet's zone wraps round to the first", () => {
  for (const { availability_zone } of resources(network("availabilityZones: 3"), "aws_subnet")) {
    expect(availability_zone).toMatch(/^\$\{(element\(concat\(.*\["none"\]\), 0\)|aws_subnet\.vpc_private-subnet-\d_\w+\.availability_zone)\}$/);
  }
});

const inTerraform = hasTerraform ? describe : describe.skip;
inTerraform("zones while a network stands (needs Terraform on the PATH)", () => {
  let standIn: StandIn;
  beforeEach(() => (standIn = new StandIn()));
  afterEach(() => standIn.remove());

  /** Applies one configuration and plans another. */
  const change = (before: string, there: Answers, after: string, then: Answers) => {
    standIn.apply(network(before), there);
    return standIn.plan(network(after), then);
  };
  const subnetsIn = (changes: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(changes).filter(([name]) => name.startsWith("aws_subnet__")).map(([name, action]) => [name.slice(16).replace(/_\w+$/, ""), action]));
  const threeMore = { "private-subnet-2": "create", "public-subnet-2": "create", "intra-subnet-2": "create" };

  test("more zones are asked for than there are: nothing is made", () => {
    expect(standIn.plan(network("availabilityZones: 3"), aws("ab")).refusals).toEqual([
      expect.stringContaining("network.availabilityZones is 3, but in eu-west-1 this account has 2 where EKS runs: eu-west-1a, eu-west-1b."),
    ]);
    expect(change("availabilityZones: 2", aws("ac"), "availabilityZones: 3", aws("ac", 6)).refusals).toEqual([
      expect.stringContaining("has 2 where EKS runs: eu-west-1a, eu-west-1c"),
    ]);
  }, 120_000);

  test("AWS gets or loses a zone: nothing moves, and the zone is the next one's", () => {
    expect(change("availabilityZones: 2", aws("ac"), "availabilityZones: 2", aws("abc", 6))).toEqual({ refusals: [], changes: {} });
    expect(standIn.plan(network("availabilityZones: 2"), aws("c", 6))).toEqual({ refusals: [], changes: {} });
    const more = standIn.plan(network("availabilityZones: 3"), aws("abc", 6));
    expect(more.refusals).toEqual([]);
    expect(subnetsIn(more.changes)).toEqual(threeMore);
    standIn.apply(network("availabilityZones: 3"), aws("abc", 6));
    expect(standIn.plan(network("availabilityZones: [eu-west-1c, eu-west-1b, eu-west-1a]"), aws("abc", 9))).toEqual({ refusals: [], changes: {} });
  }, 120_000);

  test("a list in another order changes nothing; a zone at its front moves nothing", () => {
    const list = (letters: string) => `availabilityZones: [${zones(letters).join(", ")}]`;
    expect(change(list("ac"), aws(""), list("ca"), aws("", 6))).toEqual({ refusals: [], changes: {} });
    const more = standIn.plan(network(list("bca")), aws("", 6));
    expect(more.refusals).toEqual([]);
    expect(subnetsIn(more.changes)).toEqual(threeMore);
  }, 120_000);

  test.each([
    ["a zone is exchanged", "availabilityZones: [eu-west-1a, eu-west-1b]", "availabilityZones: [eu-west-1b, eu-west-1c]", "network.availabilityZones has no eu-west-1a, but subnets stand there"],
    ["there are fewer", "availabilityZones: 3", "availabilityZones: 2", "network.availabilityZones has 2 zones, but subnets stand in 3;"],
    ["a list is shorter", "availabilityZones: [eu-west-1a, eu-west-1b, eu-west-1c]", "availabilityZones: [eu-west-1a, eu-west-1b]", "network.availabilityZones has 2 zones, but subnets stand in 3;"],
    ["another range", "cidr: 10.0.0.0/16", "cidr: 10.20.0.0/16", "network.cidr is 10.20.0.0/16, but the VPC stands with 10.0.0.0/16"],
    ["another VPC", "mode: new", "mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]", "network says vpc-0123456789abcdef0, but this installation stands in a VPC of its own"],
  ])("is refused: %s", (_what, before, after, sentence) => {
    const count = Object.keys(network(before).resource!.aws_subnet!).length;
    const { refusals } = change(before, aws("abc"), after, aws("abc", count));
    expect(refusals).toEqual([expect.stringContaining(sentence)]);
    // And back again, nothing is to be done.
    expect(standIn.plan(network(before), aws("abc", count))).toEqual({ refusals: [], changes: {} });
  }, 120_000);
});
