import { fleetSchema, settleFleet } from "../../../modules/config/fleet";
import { describeFleet } from "../../../operations/placement/describe";
import { fleetFacts } from "../../../operations/placement/facts";
import { instanceTypes } from "../../../modules/facts/instance-types";
import { placement } from "../../../modules/placement/placement";
import { versions } from "../../../modules/facts/versions";
import observed from "./observed-packing.json";

const SMALL = { cpu: 2, memory: "8Gi", max: 20 };
const fleet = (settings: object, runners: readonly object[] = [SMALL]) =>
  settleFleet({ installation: "ci", guest: false }, fleetSchema.parse({ name: "main", runners, ...settings }));
const size = (settings: object, runner: object = SMALL) => placement(fleet(settings, [runner])).sizes[0]!;
const runnersOn = (settings: object, runner?: object) =>
  Object.fromEntries(size(settings, runner).landings.map(({ type, runners }) => [type.name, runners]));

test("what is left of a node beside its DaemonSets, and beside the engine", () => {
  const [node] = placement(fleet({ nodes: { families: ["m6id"], vcpu: { max: 8 } } })).nodeTypes;
  // 7910m, 29317 MiB, 425.5 GB and 58 pods are allocatable; four DaemonSets take 150m; the engine 2 CPU, 8 GiB, 308 GB.
  expect(node!.besideAgents).toEqual({ cpuMillicores: 7760, memoryMib: 29317, ephemeralStorageBytes: 425_526_258_176, pods: 54 });
  expect(node!.besideEngine).toEqual({ cpuMillicores: 5760, memoryMib: 21125, ephemeralStorageBytes: 117_526_258_176, pods: 53 });
});

test("how many runners fit on each type", () => {
  expect(runnersOn({ nodes: { families: ["m6id"] } })).toEqual({ "m6id.2xlarge": 2, "m6id.4xlarge": 6, "m6id.8xlarge": 13 });
  expect(runnersOn({ nodes: { families: ["m6id"] } }, { cpu: 4, memory: "16Gi", max: 20 })).toEqual({
    "m6id.2xlarge": 1,
    "m6id.4xlarge": 3,
    "m6id.8xlarge": 6,
  });
});

test("the most runners of one engine: what fits on the largest type, or all there may be", () => {
  expect(size({}).mostPerEngine).toBe(14);
  expect(size({}, { ...SMALL, max: 3 }).mostPerEngine).toBe(3);
  const fixed = { kind: "runner-deployment", cpu: 2, memory: "8Gi", scaling: { mode: "fixed", replicas: 0 } };
  expect(size({}, fixed).mostPerEngine).toBe(14);
});

test("the busiest engine serves all sizes of its fleet", () => {
  const both = [{ ...SMALL, max: 4 }, { cpu: 4, memory: "16Gi", max: 4 }];
  const { busiestEngine } = placement(fleet({ nodes: { mode: "persistent", instanceType: "m6id.4xlarge", count: 2 } }, both));
  // Four of the small ones leave 5.7 CPU: one of the large ones.
  expect([busiestEngine!.type.name, busiestEngine!.runners]).toEqual(["m6id.4xlarge", 5]);
});

test.each<[string, object, object, string, string]>([
  ["the node pool", {}, SMALL, "i3", "hypervisor is xen, allowed: nitro"],
  ["CPU", { nodes: { families: ["m6id"], vcpu: { max: 8 } } }, { ...SMALL, cpu: 6 }, "m6id", "CPU beside the engine is 5.7 on m6id.2xlarge, needed: at least 6"],
  ["memory", { nodes: { families: ["m6id", "c6id"] } }, { ...SMALL, memory: "60Gi" }, "c6id", "GiB of memory beside the engine is 48.3 on c6id.8xlarge, needed: at least 60"],
  ["disk", { nodes: { families: ["c6id", "i4i"] } }, { ...SMALL, storage: "2Ti" }, "c6id", "GB of disk beside the engine is 1,400.9 on c6id.8xlarge, needed: at least 2,199.1"],
  ["a large engine", { nodes: { families: ["c6id", "r6id"] }, engine: { memory: "100Gi" } }, SMALL, "c6id", "GiB of memory beside the engine is not enough for the engine on c6id.8xlarge, needed: at least 8"],
  ["the limit", { nodes: { families: ["m6id", "c6id"], vcpuLimit: 16 } }, { ...SMALL, memory: "30Gi" }, "c6id", "number of vCPUs is 32 or more where a runner fits, allowed by nodes.vcpuLimit: up to 16"],
])("a family is ruled out by its first reason: %s", (_title, settings, runner, family, reason) => {
  expect(size(settings, runner).ruledOut.find((entry) => entry.family === family)).toEqual({ family, reason });
});

test("each family either holds a runner or has a reason, never both", () => {
  for (const settings of [{}, { nodes: { vcpuLimit: 8 } }, { nodes: { architecture: "arm64" } }]) {
    const { landings, ruledOut } = size(settings, { cpu: 4, memory: "48Gi", max: 1 });
    const families = [...new Set(landings.map(({ type }) => type.family)), ...ruledOut.map(({ family }) => family)];
    expect(families.sort()).toEqual([...new Set(instanceTypes.map(({ family }) => family))].sort());
  }
});

test("a type over the limit is never bought", () => {
  expect(runnersOn({ nodes: { families: ["m6id"], vcpuLimit: 16 } })).toEqual({ "m6id.2xlarge": 2, "m6id.4xlarge": 6 });
  expect(placement(fleet({ nodes: { vcpuLimit: 16 } })).busiestEngine!.runners).toBe(6);
});

test("nodes that stay: their one type, and as many vCPUs as they have", () => {
  const placed = placement(fleet({ nodes: { mode: "persistent", instanceType: "i4i.4xlarge", count: 3 } }));
  expect(placed.sizes[0]!.landings.map(({ type, runners }) => [type.name, runners])).toEqual([["i4i.4xlarge", 6]]);
  expect(placed.vcpuBound).toBe(48);
});

test("garbage collection follows from the smallest disk; old engines have limits of their own", () => {
  expect(fleetFacts(fleet({})).gc).toEqual({ maxUsedSpace: 260e9, minFreePercent: 20 });
  const old = fleetFacts(fleet({ dagger: "0.16.3", engine: { cache: "root-disk" } }));
  expect(old.gc).toBeUndefined();
  expect(old.engineRequests.ephemeralStorageBytes).toBe(0);
});

test("of nodes that stay without NVMe nothing is known, and that is what people read", () => {
  const settings = { dagger: "0.16.3", engine: { cache: "root-disk" }, nodes: { mode: "persistent", instanceType: "m6i.large", count: 1 } };
  const facts = fleetFacts(fleet(settings));
  expect(facts.cost).toBeUndefined();
  expect(describeFleet(facts)).toContain("cost bound  not known, since the instance type is not in the list of types with NVMe");
});

/**
 * `observed-packing.json` is what `proofs/placement/run` saw of the real Karpenter and the real scheduler. There were
 * always more runners than the fleet's limit lets run, so every node became full. Of each node that Karpenter bought:
 * `planned`, the runners that Karpenter counted on it when it bought it, and `running`, those that ran on it at last.
 */
const observations = observed.combinations.map(({ title, fleet, nodes }) => {
  const settled = settleFleet({ installation: "proof", guest: false }, fleetSchema.parse({ name: "proof", ...fleet }));
  return { title, nodes, size: placement(settled).sizes[0]! };
});

test("the observations are of the Karpenter that the project installs, and of thirty combinations or more", () => {
  expect(observed.karpenter).toBe(versions.karpenter);
  expect(observations.length).toBeGreaterThanOrEqual(30);
});

describe.each(observations)("$title", ({ nodes, size }) => {
  test("every type that Karpenter bought is in our list, and as many runners ran on the full node as we say", () => {
    const ours = new Map(size.landings.map(({ type, runners }) => [type.name, runners]));
    expect(nodes.map(({ type, running }) => [type, running])).toEqual(nodes.map(({ type }) => [type, ours.get(type)]));
  });

  test("the most that Karpenter planned beside one engine is the most that we say", () => {
    expect(Math.max(...nodes.map(({ planned }) => planned))).toBe(size.mostPerEngine);
    for (const { planned, running } of nodes) expect(planned).toBeLessThanOrEqual(running);
  });
});

test("a fleet with a capacity reservation had nodes of it, and no other fleet had any", () => {
  const reserved = observed.combinations.filter(({ nodes }) => nodes.some((node) => "capacityType" in node && node.capacityType === "reserved"));
  expect(reserved.map(({ fleet }) => "capacityReservations" in fleet.nodes)).toEqual([true, true]);
});

test("pods and nodes were as users make them, too", () => {
  const fleets = observed.combinations.map(({ fleet }) => JSON.stringify(fleet));
  for (const setting of ["dockerd", "limits", "podTemplate", "maxPods", "capacityReservations", "zones", "startupTaints"]) {
    expect(fleets.filter((fleet) => fleet.includes(`"${setting}"`)).length).toBeGreaterThan(0);
  }
});

test("nodes of both architectures, of many families and sizes", () => {
  const types = new Set(observed.combinations.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
  const facts = instanceTypes.filter(({ name }) => types.has(name));
  expect(new Set(facts.map(({ architecture }) => architecture))).toEqual(new Set(["amd64", "arm64"]));
  expect(new Set(facts.map(({ family }) => family)).size).toBeGreaterThanOrEqual(15);
  expect(new Set(facts.map(({ vcpu }) => vcpu)).size).toBeGreaterThanOrEqual(6);
});
