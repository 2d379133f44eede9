import { instanceHour, pricesOf } from "../../../modules/facts/prices";
import { parseConfig } from "../../../modules/load-config";
import { spent, type Recorded } from "../../../operations/cost/spent";
import { minimal } from "../../support/project";

const REGION = "eu-west-1";
const NOTHING: Recorded = { nodes: [], dollars: new Map(), cpuHours: new Map(), asked: new Map(), jobs: [] };
const node = (hours: number, more: object = {}) => ({ nodePool: "main", type: "m6id.2xlarge", capacityType: "on-demand", zone: "eu-west-1a", hours, ...more });
const recorded: Recorded = {
  nodes: [node(10), node(5, { capacityType: "spot", zone: "eu-west-1b" }), node(99, { nodePool: "of-somebody-else" })],
  dollars: new Map(),
  cpuHours: new Map([["main", 80]]),
  asked: new Map([["dagger-ci-main-2c-8g", 20], ["dagger-ci-main-4c-16g", 20]]),
  jobs: [
    { runsOn: "dagger-ci-main-2c-8g", repository: "web", hours: 2 },
    { runsOn: "dagger-ci-main-2c-8g", repository: "api", hours: 6 },
  ],
};
const price = instanceHour(REGION, "m6id.2xlarge")!;
const disk = (hours: number) => (hours * 30 * pricesOf(REGION)!.gp3GbMonth!) / 730;
const of = (what: Recorded, where: object = {}, yaml = "") => spent(parseConfig(minimal(yaml)), what, { region: REGION, ...where }, 24);

test("node hours at list prices, with their disks, shared by what runners asked for; the rest is idle", () => {
  const [fleet] = of(recorded);
  const dollars = 15 * price + disk(15);
  expect(fleet).toMatchObject({ name: "main", nodeHours: 15, by: "list prices", idle: { share: 0.5 } });
  expect(fleet!.dollars).toBeCloseTo(dollars, 1);
  expect(fleet!.idle!.dollars).toBeCloseTo(dollars / 2, 1);
  expect(fleet!.nodes.map(({ zone, hours }) => [zone, hours])).toEqual([["eu-west-1a", 10], ["eu-west-1b", 5]]);
  expect(fleet!.sizes.map(({ name, share, cpuHours }) => [name, share, cpuHours])).toEqual([["2c-8g", 0.25, 20], ["4c-16g", 0.25, 20]]);
  expect(fleet!.sizes[0]!.repositories.map(({ repository, jobHours }) => [repository, jobHours])).toEqual([["api", 6], ["web", 2]]);
  expect(fleet!.sizes[0]!.repositories[0]!.dollars).toBeCloseTo((dollars / 4) * 0.75, 1);
  const parts = [...fleet!.sizes.map((size) => size.dollars!), fleet!.idle!.dollars!];
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(fleet!.dollars!, 1);
});

test("spot at its share, or at what Karpenter recorded, which goes first", () => {
  expect(of(recorded, { spotShare: 0.4 })[0]!.dollars).toBeCloseTo((10 + 5 * 0.4) * price + disk(15), 1);
  const [fleet] = of({ ...recorded, dollars: new Map([["main", 6]]) });
  expect(fleet).toMatchObject({ by: "Karpenter's prices" });
  expect(fleet!.dollars).toBeCloseTo(6 + disk(15), 1);
});

test("nothing recorded but the nodes: nothing is shared, and nothing called idle", () => {
  const [fleet] = of({ ...NOTHING, nodes: [node(2)] });
  expect(fleet).toMatchObject({ nodeHours: 2, sizes: [] });
  expect(fleet).not.toHaveProperty("idle");
});

test("a type without a price: hours, and no dollars that would be too few", () => {
  const [fleet] = of({ ...recorded, nodes: [node(1), node(3, { type: "m99.large" })] });
  expect(fleet!.nodes[1]).not.toHaveProperty("dollars");
  expect(fleet).not.toHaveProperty("dollars");
  expect(fleet!.sizes[0]).toMatchObject({ share: 0.25 });
  expect(fleet!.sizes[0]).not.toHaveProperty("dollars");
});

test("nodes that stay stood all the time", () => {
  const [fleet] = of(NOTHING, {}, "fleets: [{name: warm, nodes: {mode: persistent, instanceType: i4i.4xlarge, count: 3}, runners: [{cpu: 4, memory: 16Gi, max: 2}]}]");
  expect(fleet).toMatchObject({ name: "warm", nodeHours: 72, by: "list prices" });
  expect(fleet!.dollars).toBeCloseTo(72 * instanceHour(REGION, "i4i.4xlarge")! + disk(72), 1);
});
