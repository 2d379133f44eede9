import { nodesSchema, type AutoscaledNodes } from "../../../modules/config/nodes";
import { instanceTypes } from "../../../modules/facts/instance-types";
import { qualify } from "../../../modules/placement/qualify";
import observed from "./observed-allocatable.json";

/** The schema's defaults but for some settings. */
const nodes = (settings: Partial<AutoscaledNodes> = {}) => nodesSchema.parse(settings) as AutoscaledNodes;

const names = (settings?: Partial<AutoscaledNodes>) => qualify(nodes(settings)).types.map(({ name }) => name);

const ruledOut = (family: string, settings?: Partial<AutoscaledNodes>) =>
  qualify(nodes(settings)).ruledOut.find((entry) => entry.family === family);

test("with the default settings and 200 GB, the types that the real Karpenter buys, asked for each type there is", () => {
  // The three were not on sale in the region of the observation.
  const elsewhere = ["c8id.2xlarge", "c8id.4xlarge", "c8id.8xlarge"];
  const found = names({ nvmeGb: 200 });
  expect(found.filter((name) => !elsewhere.includes(name))).toEqual(observed.boughtWithDefaults);
  expect(found).toEqual(expect.arrayContaining(elsewhere));
});

test("each family either qualifies or has a reason, never both", () => {
  const { types, ruledOut } = qualify(nodes());
  const families = [...new Set(types.map(({ family }) => family)), ...ruledOut.map(({ family }) => family)];
  expect(families.sort()).toEqual([...new Set(instanceTypes.map(({ family }) => family))].sort());
});

test("bounds are inclusive", () => {
  const bounds = { families: ["m6id"], nvmeGb: 474, vcpu: { min: 8, max: 16 } };
  expect(names(bounds)).toEqual(["m6id.2xlarge", "m6id.4xlarge"]);
  expect(names({ ...bounds, nvmeGb: 475 })).toEqual(["m6id.4xlarge"]);
  expect(names({ ...bounds, vcpu: { min: 8, max: 15 } })).toEqual(["m6id.2xlarge"]);
});

test("neither bare metal nor Xen, whatever the size", () => {
  const wide = { nvmeGb: 50, vcpu: { min: 2, max: 192 } };
  expect(names(wide)).toContain("i4i.32xlarge");
  expect(names(wide)).not.toContain("i4i.metal");
  expect(names({ ...wide, architecture: "arm64" })).not.toContain("c6gd.metal");
  expect(names(wide)).not.toContain("i3.2xlarge");
});

test.each<[string, Partial<AutoscaledNodes>, string, string]>([
  ["c6gd", {}, "kubernetes.io/arch", "architecture is arm64, allowed: amd64"],
  ["m6id", { architecture: "arm64" }, "kubernetes.io/arch", "architecture is amd64, allowed: arm64"],
  ["x2idn", {}, "karpenter.k8s.aws/instance-category", "category is x, allowed: c, m, r, i"],
  ["x2idn", { families: ["x2idn"] }, "karpenter.k8s.aws/instance-category", "category is x, allowed: c, m, r, i"],
  ["r6id", { families: ["m6id", "c6id"] }, "karpenter.k8s.aws/instance-family", "family is r6id, allowed: m6id, c6id"],
  ["i3", {}, "karpenter.k8s.aws/instance-hypervisor", "hypervisor is xen, allowed: nitro"],
  ["c5d", { nvmeGb: 5000 }, "karpenter.k8s.aws/instance-local-nvme", "local NVMe in GB is 3600 at most, needed: at least 5000"],
  ["z1d", { categories: ["z"], vcpu: { min: 64, max: 64 } }, "karpenter.k8s.aws/instance-cpu", "number of vCPUs is 48 at most, needed: at least 64"],
  // Sizes with so much disk have more vCPUs than allowed: the last requirement takes the rest away.
  ["m6id", { nvmeGb: 3000 }, "karpenter.k8s.aws/instance-cpu", "number of vCPUs is 64 or more, allowed: up to 32"],
  ["m6i", { families: ["m6i"] }, "karpenter.k8s.aws/instance-family", "no type of this family has local NVMe disks"],
])("why %s is out with %j", (family, settings, label, reason) => {
  expect(ruledOut(family, settings)).toEqual({ family, label, reason });
});

test("types can be given, for instance those that a region sells", () => {
  const sold = instanceTypes.filter(({ family }) => family === "i4i");
  expect(qualify(nodes(), sold).types.map(({ name }) => name)).toEqual(["i4i.2xlarge", "i4i.4xlarge", "i4i.8xlarge"]);
  expect(qualify(nodes(), sold).ruledOut).toEqual([]);
  const metal = sold.filter(({ bareMetal }) => bareMetal);
  expect(qualify(nodes(), metal).ruledOut.map(({ reason }) => reason)).toEqual(["hypervisor is none, allowed: nitro"]);
});
