import { placement } from "../../../modules/placement/placement";
import { warmHours, warmNodes } from "../../../modules/placement/warm";
import { describeFleet } from "../../../operations/placement/describe";
import { fleetFacts } from "../../../operations/placement/facts";
import { parseConfig } from "../../../modules/load-config";
import { minimal, scenario } from "../../support/project";

const fleetOf = (runner: string, nodes = "families: [m6id]") =>
  parseConfig(minimal(`fleets: [{name: main, nodes: {${nodes}}, runners: [{cpu: 2, memory: 8Gi, max: 20, ${runner}}]}]`)).fleets[0]!;
const nodesOf = (...parameters: Parameters<typeof fleetOf>) => warmNodes(placement(fleetOf(...parameters)).sizes[0]!);

test("hours of a month, by number of runners", () => {
  expect(warmHours({ warm: [] })).toEqual([]);
  // A week has 168 hours, a month 730.
  expect(warmHours({ warm: [{ during: "daily 00:00-24:00 UTC", runners: 1 }, { during: "mon-fri 07:00-19:00 UTC", runners: 4 }] })).toEqual([
    { runners: 4, hoursPerMonth: (60 * 730) / 168 },
    { runners: 1, hoursPerMonth: (108 * 730) / 168 },
  ]);
});

test("the nodes that hold them with the fewest vCPUs", () => {
  // Two fit on a 2xlarge, six on a 4xlarge, thirteen on an 8xlarge.
  const hours = (runners: number) => `warm: [{during: daily 00:00-24:00 UTC, runners: ${runners}}]`;
  const least = (runners: number) => {
    const { nodes, type, nodeHoursPerMonth, vcpuHoursPerMonth } = nodesOf(hours(runners))!;
    return [nodes, type, nodeHoursPerMonth, vcpuHoursPerMonth];
  };
  expect(least(2)).toEqual([1, "m6id.2xlarge", 730, 8 * 730]);
  expect(least(4)).toEqual([1, "m6id.4xlarge", 730, 16 * 730]);
  expect(least(7)).toEqual([1, "m6id.8xlarge", 730, 32 * 730]);
  expect(least(14)).toEqual([3, "m6id.4xlarge", 3 * 730, 48 * 730]);
  const both = nodesOf("warm: [{during: daily 00:00-24:00 UTC, runners: 1}, {during: mon-fri 07:00-19:00 UTC, runners: 4}]")!;
  expect(both).toMatchObject({ runners: 4, nodes: 1, type: "m6id.4xlarge", hoursPerWeek: 168 });
  expect(both.vcpuHoursPerMonth).toBeCloseTo(((60 * 16 + 108 * 8) * 730) / 168, 6);
  expect(nodesOf("name: a")).toBeUndefined();
});

test("placement tells of them, and only of sizes that have some", () => {
  const [main] = scenario("runners kept warm").config.fleets;
  expect(describeFleet(fleetFacts(main!)).split("\n").slice(5, 12)).toEqual([
    "  warm        4 of 2c-8g mon-fri 07:00-19:00 Europe/Dublin",
    "              1 of 2c-8g sun-thu 22:00-06:00 Europe/Dublin",
    "              100 hours a week; 1 x i3en.3xlarge or more: 435 node-hours, 4,519 vCPU-hours a month",
    "  warm        2 of 4c-16g daily 08:00-18:00 America/New_York",
    "              70 hours a week; 1 x i3en.3xlarge or more: 304 node-hours, 3,650 vCPU-hours a month",
    "  cost bound  256 vCPU at once, 186,880 vCPU-hours in a month of 730 hours",
    "",
  ]);
  expect(describeFleet(fleetFacts(fleetOf("name: a")))).not.toContain("warm");
});
