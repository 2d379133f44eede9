import data from "./instance-types.json";

/** What EC2 says of an instance type with local NVMe SSDs, as far as the choice and the size of a node depend on it. */
export interface InstanceType {
  /** Such as `m6id.2xlarge`. */
  readonly name: string;
  /** The part of the name before the dot: `m6id`. */
  readonly family: string;
  /** The letters before the first digit, Karpenter's `instance-category`: `m`, `im`. Empty for a name without digits. */
  readonly category: string;
  /** The number after them, Karpenter's `instance-generation`: 6. Zero for a name without digits. */
  readonly generation: number;
  /** In Kubernetes' words. */
  readonly architecture: "amd64" | "arm64";
  /** Empty for bare metal, which has none. */
  readonly hypervisor: "nitro" | "xen" | "";
  readonly bareMetal: boolean;
  /** Whether it has GPUs, FPGAs, or inference, media or Neuron accelerators. */
  readonly accelerated: boolean;
  /** How EC2 sells it, as far as a fleet can buy. */
  readonly capacityTypes: readonly ("on-demand" | "spot")[];
  readonly vcpu: number;
  /** Memory as EC2 states it, in MiB. Pods get less: see `allocatable`. */
  readonly memoryMib: number;
  /** All local NVMe disks together, in GB of 10^9 bytes. */
  readonly nvmeGb: number;
  /** Pods that get an address from the VPC, without prefix delegation, as EKS and Karpenter count them. */
  readonly maxPods: number;
}

/** The content of `instance-types.json`. */
export interface InstanceTypeTable {
  /** Where the facts come from. */
  readonly source: string;
  /** The day they were read, as `2026-01-31`. */
  readonly date: string;
  readonly types: readonly InstanceType[];
}

// TypeScript reads every text of a JSON file as `string`; a test checks the values that the unions above allow.
const table = data as InstanceTypeTable;

/**
 * All EC2 instance types with local NVMe SSDs, by family and size. Those with hard disks (d3, d3en) are left out: an
 * engine's cache is no use on them. A region may sell fewer. `npm run instance-types` renews the list.
 */
export const instanceTypes: readonly InstanceType[] = table.types;

/** Where the list comes from, and the day it was read. */
export const instanceTypesSource: Pick<InstanceTypeTable, "source" | "date"> = { source: table.source, date: table.date };
