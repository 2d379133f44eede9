import { instanceHour, pricesOf } from "../../../modules/facts/prices";
import { parseConfig } from "../../../modules/load-config";
import { fleetCost } from "../../../operations/cost/fleet-cost";
import { minimal } from "../../support/project";

const REGION = "eu-west-1";
const disk = (30 * pricesOf(REGION)!.gp3GbMonth!) / 730;
const node = (type: string) => Number((instanceHour(REGION, type)! + disk).toFixed(5));
const fleet = (nodes: string, runners = "{cpu: 2, memory: 8Gi, max: 20}") => parseConfig(minimal(`fleets: [{name: main, nodes: {${nodes}}, runners: [${runners}]}]`)).fleets[0]!;

test("all nodes all month: on the cheapest and on the dearest type, disks and all", () => {
  const { bound, vcpuHours } = fleetCost(fleet("families: [m6id, c6id], vcpuLimit: 64"), { region: REGION });
  expect(vcpuHours).toBe(64 * 730);
  // The larger the node, the fewer root disks.
  expect(bound!.cheapest.type).toBe("c6id.8xlarge");
  expect(bound!.cheapest.month).toBeCloseTo(2 * node("c6id.8xlarge") * 730, 1);
  expect(bound!.dearest.type).toBe("m6id.2xlarge");
  expect(bound!.dearest.month).toBeCloseTo(8 * node("m6id.2xlarge") * 730, 1);
});

test("a runner's hour: its share of a full node, and all of the cheapest that holds it", () => {
  const { sizes } = fleetCost(fleet("families: [m6id]", "{cpu: 2, memory: 8Gi, max: 20}, {cpu: 8, memory: 60Gi, max: 2}"), { region: REGION });
  expect(sizes).toEqual([
    {
      name: "2c-8g",
      full: { type: "m6id.8xlarge", runners: 13, nodeHour: node("m6id.8xlarge"), runnerHour: expect.closeTo(node("m6id.8xlarge") / 13, 4) as number },
      alone: { type: "m6id.2xlarge", runners: 1, nodeHour: node("m6id.2xlarge"), runnerHour: node("m6id.2xlarge") },
    },
    {
      name: "8c-60g",
      full: { type: "m6id.8xlarge", runners: 1, nodeHour: node("m6id.8xlarge"), runnerHour: node("m6id.8xlarge") },
      alone: { type: "m6id.8xlarge", runners: 1, nodeHour: node("m6id.8xlarge"), runnerHour: node("m6id.8xlarge") },
    },
  ]);
});

test("no more runners share a node than there may be", () => {
  const { sizes } = fleetCost(fleet("families: [m6id]", "{cpu: 2, memory: 8Gi, max: 3}"), { region: REGION });
  // Three on a node of twice the price are dearer than two.
  expect(sizes[0]!.full).toMatchObject({ type: "m6id.2xlarge", runners: 2 });
});

test("spot is a share of the instance's price where a node pool buys spot, and never of its disk", () => {
  const alone = (capacityTypes: string) => fleetCost(fleet(`families: [m6id], capacityTypes: [${capacityTypes}]`), { region: REGION, spotShare: 0.4 }).sizes[0]!.alone!.nodeHour;
  expect(alone("spot, on-demand")).toBeCloseTo(instanceHour(REGION, "m6id.2xlarge")! * 0.4 + disk, 4);
  expect(alone("on-demand")).toBe(node("m6id.2xlarge"));
});

test("nodes that stay have no bound of their own, and without prices there is only what they are", () => {
  const staying = parseConfig(minimal("fleets: [{name: warm, nodes: {mode: persistent, instanceType: i4i.4xlarge, count: 3}, runners: [{cpu: 4, memory: 16Gi, max: 2}]}]")).fleets[0]!;
  expect(fleetCost(staying, { region: REGION })).toMatchObject({ name: "warm", vcpuHours: 48 * 730, sizes: [{ name: "4c-16g", full: { runners: 2 } }] });
  expect(fleetCost(staying, { region: REGION })).not.toHaveProperty("bound");
  expect(fleetCost(fleet("families: [m6id]"), { region: "cn-north-1" })).toEqual({ name: "main", vcpuHours: 186_880, sizes: [{ name: "2c-8g" }] });
});
