import { instanceTypes, type InstanceType } from "../../../modules/facts/instance-types";

const named = (name: string) => instanceTypes.find((type) => type.name === name);
const families = new Set(instanceTypes.map(({ family }) => family));

/** vCPUs, memory in MiB, local NVMe in GB, pods, architecture, category and generation, as AWS documents them. */
const KNOWN: [string, number, number, number, number, InstanceType["architecture"], string, number][] = [
  ["c5d.2xlarge", 8, 16384, 200, 58, "amd64", "c", 5],
  ["m6id.2xlarge", 8, 32768, 474, 58, "amd64", "m", 6],
  ["m6id.8xlarge", 32, 131072, 1900, 234, "amd64", "m", 6],
  ["r5ad.8xlarge", 32, 262144, 1200, 234, "amd64", "r", 5],
  ["r8id.2xlarge", 8, 65536, 474, 118, "amd64", "r", 8],
  ["r8id.96xlarge", 384, 3145728, 22800, 1514, "amd64", "r", 8],
  ["i3en.3xlarge", 12, 98304, 7500, 58, "amd64", "i", 3],
  ["i4i.large", 2, 16384, 468, 29, "amd64", "i", 4],
  ["i4i.2xlarge", 8, 65536, 1875, 58, "amd64", "i", 4],
  ["x2iedn.xlarge", 4, 131072, 118, 58, "amd64", "x", 2],
  ["z1d.2xlarge", 8, 65536, 300, 58, "amd64", "z", 1],
  ["c6gd.medium", 1, 2048, 59, 8, "arm64", "c", 6],
  ["c6gd.2xlarge", 8, 16384, 474, 58, "arm64", "c", 6],
  ["im4gn.large", 2, 8192, 937, 29, "arm64", "im", 4],
  ["is4gen.medium", 1, 6144, 937, 8, "arm64", "is", 4],
];

test.each(KNOWN)("%s", (name, vcpu, memoryMib, nvmeGb, maxPods, architecture, category, generation) => {
  expect(named(name)).toEqual({
    name,
    family: name.split(".")[0],
    category,
    generation,
    architecture,
    hypervisor: "nitro",
    bareMetal: false,
    accelerated: false,
    capacityTypes: ["on-demand", "spot"],
    vcpu,
    memoryMib,
    nvmeGb,
    maxPods,
  });
});

test("types out of the ordinary", () => {
  expect(named("i3.2xlarge")).toMatchObject({ hypervisor: "xen" });
  expect(named("i4i.metal")).toMatchObject({ hypervisor: "", bareMetal: true, vcpu: 128 });
  expect(named("g5.xlarge")).toMatchObject({ accelerated: true });
  expect(named("f2.6xlarge")).toMatchObject({ accelerated: true });
  expect(named("hpc6id.32xlarge")).toMatchObject({ capacityTypes: ["on-demand"] });
  // Two network cards of eight interfaces each: only the first counts for pods.
  expect(named("m6idn.32xlarge")).toMatchObject({ maxPods: 394 });
});

test.each(["d2", "d3", "d3en", "h1", "i2", "m3", "m6i", "mac-m4"])("%s is not in the list", (family) => {
  expect(families).not.toContain(family);
});

test("the list is whole, in order, and holds only what its types allow", () => {
  expect(families.size).toBeGreaterThanOrEqual(70);
  expect(new Set(instanceTypes.map(({ name }) => name)).size).toBe(instanceTypes.length);
  const malformed = instanceTypes.filter(
    (type) =>
      !["amd64", "arm64"].includes(type.architecture) ||
      !["nitro", "xen", ""].includes(type.hypervisor) ||
      type.bareMetal !== (type.hypervisor === "") ||
      !type.capacityTypes.every((value) => ["on-demand", "spot"].includes(value)) ||
      !/^[a-z]+$/.test(type.category) ||
      ![type.generation, type.vcpu, type.memoryMib, type.nvmeGb, type.maxPods].every((n) => Number.isInteger(n) && n > 0),
  );
  expect(malformed).toEqual([]);
  // A new size is then one new line in its place.
  const disorder = instanceTypes.filter(({ family, vcpu }, i) => {
    const before = instanceTypes[i - 1];
    return before && (before.family > family || (before.family === family && before.vcpu > vcpu));
  });
  expect(disorder).toEqual([]);
});
