import type { InstanceType } from "../facts/instance-types";

/** What a node offers to pods, DaemonSets included. */
export interface NodeResources {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  readonly ephemeralStorageBytes: number;
  readonly pods: number;
}

/** What the size of a node depends on. */
type Sized = Pick<InstanceType, "architecture" | "vcpu" | "memoryMib" | "nvmeGb" | "maxPods">;
/** Most pods of a node by its kubelet, where that is set. */
type MaxPods = number | undefined;

/** Karpenter's default `VM_MEMORY_OVERHEAD_PERCENT`, a fraction in spite of its name. */
export const VM_MEMORY_OVERHEAD = 0.075;
/** Memory that Gravitons set aside for contiguous allocation, in MiB. */
const ARM64_CMA_MIB = 64;
/** Memory at which the kubelet evicts pods, in MiB. */
const EVICTION_MEMORY_MIB = 100;
/** Share of local disk at which the kubelet evicts pods, in percent. */
const EVICTION_STORAGE_PERCENT = 10;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/**
 * What Karpenter 1.14.1 expects a node to have, for AL2023 with its disks as one RAID 0 array and no `kubelet`
 * settings but perhaps `maxPods`. Source: `computeCapacity` in its pkg/providers/instancetype/types.go.
 */
export function capacity(type: Sized, maxPods?: MaxPods): NodeResources {
  return {
    cpuMillicores: type.vcpu * 1000,
    memoryMib: capacityMemoryMib(type),
    // `ephemeralStorage`: the array counts as the sum of its disks, in decimal GB.
    ephemeralStorageBytes: type.nvmeGb * 1e9,
    pods: maxPods ?? type.maxPods,
  };
}

/**
 * What Karpenter 1.14.1 expects pods to get of it, and so what it plans with before it has seen such a node. After
 * the first one has joined it uses the memory that the node reported, which is a little more. Source:
 * `NewInstanceType` in the same file; allocatable is capacity without kube-reserved and eviction thresholds.
 * Memory is reserved for as many pods as have an address, whatever `maxPods` says (`UsesENILimitedMemoryOverhead`).
 */
export function allocatable(type: Sized, maxPods?: MaxPods): NodeResources {
  const whole = capacity(type, maxPods);
  return {
    cpuMillicores: whole.cpuMillicores - reservedMillicores(whole.cpuMillicores),
    memoryMib: whole.memoryMib - reservedMemoryMib(type.maxPods) - EVICTION_MEMORY_MIB,
    // `kubeReservedResources` takes 1 GiB, `evictionThreshold` a tenth of the whole, rounded up to a byte.
    ephemeralStorageBytes:
      whole.ephemeralStorageBytes - GIB - Math.ceil((whole.ephemeralStorageBytes / 100) * EVICTION_STORAGE_PERCENT),
    pods: whole.pods,
  };
}

/** `memory`: what EC2 states, without the Gravitons' share, less the hypervisor's, which is rounded up to a MiB. */
function capacityMemoryMib({ memoryMib, architecture }: Sized): number {
  const stated = memoryMib - (architecture === "arm64" ? ARM64_CMA_MIB : 0);
  // In bytes first, as there, so that floating point rounds alike.
  return stated - Math.ceil((stated * MIB * VM_MEMORY_OVERHEAD) / 1024 / 1024);
}

/** `kubeReservedResources`: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. */
function reservedMillicores(millicores: number): number {
  const ranges = [
    { start: 0, end: 1000, share: 0.06 },
    { start: 1000, end: 2000, share: 0.01 },
    { start: 2000, end: 4000, share: 0.005 },
    { start: 4000, end: Infinity, share: 0.0025 },
  ];
  return ranges
    .filter(({ start }) => millicores >= start)
    .reduce((sum, { start, end, share }) => sum + Math.trunc((Math.min(millicores, end) - start) * share), 0);
}

/** `kubeReservedResources`: 11 MiB for each possible pod, and 255 MiB. */
const reservedMemoryMib = (pods: number) => 11 * pods + 255;
