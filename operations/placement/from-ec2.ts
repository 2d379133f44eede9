import type { InstanceTypeInfo } from "@aws-sdk/client-ec2";
import { UserError } from "../../modules/user-error";
import type { InstanceType, InstanceTypeTable } from "../../modules/facts/instance-types";

/** EC2's names of architectures. The rest (i386, the Macs) run no Kubernetes node. */
const ARCHITECTURES: Readonly<Record<string, InstanceType["architecture"]>> = { x86_64: "amd64", arm64: "arm64" };

/** Karpenter's pattern for category and generation (its `instanceTypeScheme`): `u-6tb1` is generation 1 of `u`. */
const NAME = /^([a-z]+)(?:-[0-9]+tb)?([0-9]+).*\./;

/**
 * Facts of one instance type from EC2's answer to DescribeInstanceTypes; `undefined` for a type that no fleet can
 * use: without local NVMe, with hard disks, or neither amd64 nor arm64. Throws if EC2 leaves out what we need.
 */
export function instanceTypeFacts(info: InstanceTypeInfo): InstanceType | undefined {
  const name = known(info.InstanceType, "name", "an instance type");
  const storage = info.InstanceStorageInfo;
  // Older types have SSDs that are not NVMe; Karpenter, too, goes by this field.
  if (storage?.NvmeSupport === undefined || storage.NvmeSupport === "unsupported") return undefined;
  if (storage.Disks?.some(({ Type }) => Type !== "ssd")) return undefined;
  const architecture = info.ProcessorInfo?.SupportedArchitectures?.map((value) => ARCHITECTURES[value]).find(Boolean);
  if (architecture === undefined) return undefined;

  const [, category = "", generation = "0"] = NAME.exec(name) ?? [];
  return {
    name,
    family: name.split(".")[0]!,
    category,
    generation: Number(generation),
    architecture,
    hypervisor: info.Hypervisor ?? "",
    bareMetal: known(info.BareMetal, "bare metal flag", name),
    accelerated: [
      info.GpuInfo,
      info.FpgaInfo,
      info.InferenceAcceleratorInfo,
      info.MediaAcceleratorInfo,
      info.NeuronInfo,
    ].some((accelerator) => accelerator !== undefined),
    capacityTypes: (["on-demand", "spot"] as const).filter((type) => info.SupportedUsageClasses?.includes(type)),
    vcpu: known(info.VCpuInfo?.DefaultVCpus, "vCPUs", name),
    memoryMib: known(info.MemoryInfo?.SizeInMiB, "memory", name),
    nvmeGb: known(storage.TotalSizeInGB, "size of local disks", name),
    maxPods: maxPods(info, name),
  };
}

/**
 * Pods with an address of their own: network interfaces times addresses of each but its own, plus two pods on the
 * host's network. Only the default network card counts, since the VPC CNI uses no other (Karpenter 1.14.1,
 * `ENILimitedPods`); types with several cards have fewer pods than `MaximumNetworkInterfaces` suggests.
 */
function maxPods({ NetworkInfo: network }: InstanceTypeInfo, name: string): number {
  const card = network?.NetworkCards?.[known(network.DefaultNetworkCardIndex, "default network card", name)];
  const interfaces = known(card?.MaximumNetworkInterfaces, "network interfaces", name);
  const addresses = known(network?.Ipv4AddressesPerInterface, "addresses per network interface", name);
  return interfaces * (addresses - 1) + 2;
}

/** The file's text: one type a line, by family and size, so that a change reads well in a pull request. */
export function formatTable({ source, date, types }: InstanceTypeTable): string {
  const order = (a: InstanceType, b: InstanceType) =>
    compare(a.family, b.family) || a.vcpu - b.vcpu || compare(a.name, b.name);
  const lines = [...types].sort(order).map((type) => `    ${JSON.stringify(type)}`);
  const header = [source, date].map((value) => JSON.stringify(value));
  return `{\n  "source": ${header[0]!},\n  "date": ${header[1]!},\n  "types": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/** By code unit and not by locale, so that the order is the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function known<T>(value: T | undefined, what: string, type: string): T {
  if (value === undefined) throw new UserError(`EC2 did not state the ${what} of ${type}`);
  return value;
}
