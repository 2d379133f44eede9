import type { InstanceTypeInfo } from "@aws-sdk/client-ec2";
import { formatTable, instanceTypeFacts } from "../../../operations/placement/from-ec2";
import { instanceTypes } from "../../../modules/facts/instance-types";

/** The part of EC2's answer that we read. */
const m6id: InstanceTypeInfo = {
  InstanceType: "m6id.2xlarge",
  BareMetal: false,
  Hypervisor: "nitro",
  SupportedUsageClasses: ["on-demand", "spot"],
  ProcessorInfo: { SupportedArchitectures: ["x86_64"] },
  VCpuInfo: { DefaultVCpus: 8 },
  MemoryInfo: { SizeInMiB: 32768 },
  InstanceStorageInfo: { TotalSizeInGB: 474, NvmeSupport: "required", Disks: [{ Count: 1, SizeInGB: 474, Type: "ssd" }] },
  NetworkInfo: {
    DefaultNetworkCardIndex: 0,
    Ipv4AddressesPerInterface: 15,
    MaximumNetworkInterfaces: 4,
    NetworkCards: [{ MaximumNetworkInterfaces: 4 }],
  },
};
const like = (changes: InstanceTypeInfo) => instanceTypeFacts({ ...m6id, ...changes });

test("EC2's answer becomes our facts", () => {
  expect(instanceTypeFacts(m6id)).toEqual(instanceTypes.find(({ name }) => name === "m6id.2xlarge"));
});

test("category and generation come from the name as Karpenter reads it", () => {
  const parts = (InstanceType: string) => {
    const facts = like({ InstanceType: InstanceType as NonNullable<InstanceTypeInfo["InstanceType"]> });
    return [facts?.family, facts?.category, facts?.generation];
  };
  expect(parts("im4gn.large")).toEqual(["im4gn", "im", 4]);
  expect(parts("p6-b200.48xlarge")).toEqual(["p6-b200", "p", 6]);
  expect(parts("u-6tb1.metal")).toEqual(["u-6tb1", "u", 1]);
  expect(parts("m10id.large")).toEqual(["m10id", "m", 10]);
  expect(parts("next.large")).toEqual(["next", "", 0]);
});

test("only the default network card counts for pods", () => {
  const cards = [{ MaximumNetworkInterfaces: 2 }, { MaximumNetworkInterfaces: 8 }];
  const network = { Ipv4AddressesPerInterface: 50, MaximumNetworkInterfaces: 10, NetworkCards: cards };
  expect(like({ NetworkInfo: { ...network, DefaultNetworkCardIndex: 0 } })?.maxPods).toBe(100);
  expect(like({ NetworkInfo: { ...network, DefaultNetworkCardIndex: 1 } })?.maxPods).toBe(394);
});

test("any accelerator counts, and capacity blocks are no way for a fleet to buy", () => {
  expect(like({ NeuronInfo: {} })?.accelerated).toBe(true);
  expect(like({ FpgaInfo: {} })?.accelerated).toBe(true);
  expect(like({ SupportedUsageClasses: ["capacity-block", "on-demand"] })?.capacityTypes).toEqual(["on-demand"]);
});

test("types that no fleet can use are left out", () => {
  const storage = m6id.InstanceStorageInfo!;
  expect(like({ InstanceStorageInfo: { ...storage, Disks: [{ Type: "hdd" }] } })).toBeUndefined();
  expect(like({ InstanceStorageInfo: { ...storage, NvmeSupport: "unsupported" } })).toBeUndefined();
  expect(like({ InstanceStorageInfo: undefined })).toBeUndefined();
  expect(like({ ProcessorInfo: { SupportedArchitectures: ["arm64_mac"] } })).toBeUndefined();
  expect(like({ ProcessorInfo: { SupportedArchitectures: ["i386", "x86_64"] } })?.architecture).toBe("amd64");
});

test("an incomplete answer is an error, not a guess", () => {
  expect(() => like({ MemoryInfo: undefined })).toThrow(new Error("EC2 did not state the memory of m6id.2xlarge"));
  expect(() => like({ NetworkInfo: undefined })).toThrow(new Error("EC2 did not state the network interfaces of m6id.2xlarge"));
  expect(() => instanceTypeFacts({})).toThrow(new Error("EC2 did not state the name of an instance type"));
});

test("the file has one type a line, by family and size", () => {
  const facts = instanceTypeFacts(m6id)!;
  const types = [
    { ...facts, name: "m6id.metal", vcpu: 128 },
    { ...facts, name: "m6id.32xlarge", vcpu: 128 },
    facts,
    { ...facts, name: "c6id.4xlarge", family: "c6id", vcpu: 16 },
  ];
  const text = formatTable({ source: "a test", date: "2026-01-31", types });
  expect(text.match(/"name":"[^"]+"/g)).toEqual(
    ["c6id.4xlarge", "m6id.2xlarge", "m6id.32xlarge", "m6id.metal"].map((name) => `"name":"${name}"`),
  );
  expect(text.split("\n")).toHaveLength(4 + types.length + 3);
  expect(JSON.parse(text)).toMatchObject({ source: "a test", date: "2026-01-31" });
});
