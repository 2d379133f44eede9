import type { NodeResources } from "../../../modules/placement/allocatable";
import { howManyFit, lacking, mostTogether, nearest, remaining, sum } from "../../../modules/placement/packing";

const resources = (cpuMillicores: number, memoryMib: number, gigabytes = 0, pods = 1): NodeResources => ({
  cpuMillicores,
  memoryMib,
  ephemeralStorageBytes: gigabytes * 1e9,
  pods,
});
const room = resources(10_000, 20_480, 100, 20);

test("requests add up, and what remains may be below zero", () => {
  expect(sum([resources(50, 0), resources(100, 8), resources(0, 0, 5)])).toEqual(resources(150, 8, 5, 3));
  expect(remaining(resources(100, 8, 5, 3), resources(150, 8, 1, 1))).toEqual(resources(-50, 0, 4, 2));
});

test.each<[string, NodeResources, number]>([
  ["CPU", resources(2_000, 1_024), 5],
  ["CPU with a remainder", resources(3_000, 1_024), 3],
  ["memory", resources(1_000, 8_192), 2],
  ["disk", resources(1_000, 1_024, 30), 3],
  ["pods", resources(100, 64), 20],
  ["nothing fits", resources(11_000, 64), 0],
])("how many fit is what the scarcest resource allows: %s", (_title, requests, expected) => {
  expect(howManyFit(room, requests)).toBe(expected);
});

test("no pod fits where the engine itself lacks anything, even what the pod does not ask for", () => {
  expect(howManyFit(resources(10_000, 20_480, -1, 20), resources(1_000, 1_024))).toBe(0);
});

test("the first resource that lacks is CPU, then memory, disk and pods", () => {
  expect(lacking(room, resources(11_000, 30_000, 200, 21))).toEqual(["cpuMillicores", "memoryMib", "ephemeralStorageBytes", "pods"]);
  expect(lacking(room, resources(10_000, 20_480, 100, 20))).toEqual([]);
});

test("sizes that share a node: the smaller ones first, as many as there may be, then the larger", () => {
  const small = { requests: resources(1_000, 2_048), atMost: 3 };
  const large = { requests: resources(2_000, 4_096), atMost: 100 };
  // Three small ones leave 7 of 10 CPUs, for three large ones.
  expect(mostTogether(room, [large, small])).toBe(6);
  expect(mostTogether(room, [{ ...small, atMost: 100 }, large])).toBe(10);
  expect(mostTogether(room, [{ ...small, atMost: 0 }, large])).toBe(5);
  expect(mostTogether(room, [])).toBe(0);
});

test("sizes that want different resources: never less than truly fits", () => {
  const forCpu = { requests: resources(4_000, 1_024), atMost: 100 };
  const forMemory = { requests: resources(1_000, 8_192), atMost: 100 };
  // Truly three: two of the one and one of the other.
  expect(mostTogether(room, [forCpu, forMemory])).toBeGreaterThanOrEqual(3);
});

test("the nearest room is the one whose scarcest resource covers most of what is asked for", () => {
  const rooms = [resources(8_000, 1_024, 0, 9), resources(4_000, 16_384, 0, 9), resources(1_000, 65_536, 0, 9)];
  expect(nearest(rooms, (item) => item, resources(8_000, 32_768))).toBe(rooms[1]);
  expect(nearest([], (item: NodeResources) => item, room)).toBeUndefined();
});
