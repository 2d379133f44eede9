import type { InstanceType } from "../../modules/facts/instance-types";
import { allocatable, capacity } from "../../modules/placement/allocatable";
import type { NodeSettings } from "./node";

/** An instance's kubelet as Karpenter expects it: its size, what it keeps from pods, how many pods. */
export function sizeOf(type: InstanceType): Pick<NodeSettings, "size" | "reserved" | "maxPods"> {
  const [whole, forPods] = [capacity(type), allocatable(type)];
  return {
    size: { cpus: type.vcpu, memoryMib: whole.memoryMib, diskGb: type.nvmeGb },
    reserved: { cpu: `${whole.cpuMillicores - forPods.cpuMillicores}m`, memory: `${whole.memoryMib - forPods.memoryMib - 100}Mi`, "ephemeral-storage": "1Gi" },
    maxPods: forPods.pods,
  };
}
