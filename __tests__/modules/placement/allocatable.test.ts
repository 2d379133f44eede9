import { versions } from "../../../modules/facts/versions";
import { allocatable, capacity, type NodeResources } from "../../../modules/placement/allocatable";
import { instanceTypes } from "../../../modules/facts/instance-types";
import observed from "./observed-allocatable.json";

/**
 * `observed-allocatable.json` holds the status of NodeClaims that the real Karpenter made for our node pool and node
 * class: the smallest and the largest type of each family that it bought, as the first node of its type.
 */
type Quantities = (typeof observed.nodes)[number]["capacity"];

const UNITS: Readonly<Record<string, number>> = { "": 1, m: 1e-3, Mi: 2 ** 20, G: 1e9, T: 1e12 };

function amount(quantity: string): number {
  const [, digits, unit] = /^([0-9]+)(m|Mi|G|T|)$/.exec(quantity)!;
  return Number(digits) * UNITS[unit!]!;
}

const resources = (quantities: Quantities): NodeResources => ({
  cpuMillicores: Math.round(amount(quantities.cpu) * 1000),
  memoryMib: amount(quantities.memory) / 2 ** 20,
  ephemeralStorageBytes: amount(quantities["ephemeral-storage"]),
  pods: amount(quantities.pods),
});

const named = (name: string) => instanceTypes.find((type) => type.name === name)!;

test("the observations are of the Karpenter that the project installs", () => {
  expect(observed.karpenter).toBe(versions.karpenter);
});

test.each(observed.nodes)("$type has what Karpenter expects of it", (node) => {
  expect(capacity(named(node.type))).toEqual(resources(node.capacity));
  expect(allocatable(named(node.type))).toEqual(resources(node.allocatable));
});

test("maxPods is the number of pods, and leaves the memory that is kept for the kubelet as it is", () => {
  const [few, usual] = [allocatable(named("m6id.2xlarge"), 20), allocatable(named("m6id.2xlarge"))];
  expect(few).toEqual({ ...usual, pods: 20 });
});

test("figures to know by heart", () => {
  expect(allocatable(named("m6id.2xlarge"))).toEqual({
    cpuMillicores: 7910,
    memoryMib: 29317,
    ephemeralStorageBytes: 425_526_258_176,
    pods: 58,
  });
  // One core; a Graviton, which keeps 64 MiB to itself.
  expect(allocatable(named("c6gd.medium"))).toEqual({
    cpuMillicores: 940,
    memoryMib: 1392,
    ephemeralStorageBytes: 52_026_258_176,
    pods: 8,
  });
});
