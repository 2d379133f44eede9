import type { ConfigInput } from "../../modules/config/schema";

type Fleet = NonNullable<ConfigInput["fleets"]>[number];

/** A fleet with one runner size, as it would be written in the configuration, but for its name. */
export interface Combination {
  /** What this one is there for. */
  readonly title: string;
  readonly fleet: Omit<Fleet, "name">;
}

interface Size { cpu: number; memory: string; storage?: string; docker?: boolean }
interface Settings { nodes?: object; engine?: object }

const MANY = 1000;
const combination = (title: string, size: Size, { nodes = {}, engine = {} }: Settings): Combination => ({
  title,
  // Karpenter must never be short of jobs, and no combination is refused for too many of them.
  fleet: { nodes, engine: { maxRunners: MANY, ...engine }, runners: [{ ...size, max: MANY }] },
});

/** A fleet that one instance type only can serve, two nodes of it. */
const pinned = (family: string, vcpu: number, settings: { nodes?: object; engine?: object } = {}): Settings => ({
  nodes: { families: [family], vcpu: { min: vcpu, max: vcpu }, nvmeGb: 50, vcpuLimit: 2 * vcpu, ...settings.nodes },
  engine: settings.engine ?? {},
});
const onArm64 = (more: object = {}) => ({ architecture: "arm64", ...more });

const SMALL = { cpu: 2, memory: "8Gi" };
const LARGE = { cpu: 4, memory: "16Gi" };

/** Each resource is the scarce one in some of them; fleets are narrow and wide, small and large, of both architectures. */
export const COMBINATIONS: readonly Combination[] = [
  combination("one type, the default size, memory is scarce", SMALL, pinned("m6id", 8)),
  combination("one type, the default size, CPU is scarce", SMALL, pinned("r6id", 8)),
  combination("one type, the larger default size", LARGE, pinned("m6id", 16)),
  combination("one type of the largest default node", SMALL, pinned("m6id", 32)),
  combination("one type of the largest default node, plenty of memory", SMALL, pinned("i4i", 32)),
  combination("little memory, much CPU", SMALL, pinned("c6id", 16)),
  combination("an old generation", { cpu: 2, memory: "4Gi" }, pinned("c5d", 16)),
  combination("AMD", { cpu: 1, memory: "4Gi" }, pinned("m5ad", 16)),
  combination("the newest Intel generation, more pods and so more memory kept back", SMALL, pinned("m8id", 16)),
  combination("a number of vCPUs that is no power of two", SMALL, pinned("i3en", 24)),
  combination("twelve vCPUs", LARGE, pinned("i7ie", 12)),
  combination("a size that leaves a remainder of CPU", { cpu: 1.5, memory: "2Gi" }, pinned("c6id", 8, { engine: { memory: "2Gi" } })),
  combination("disk is scarce", { cpu: 1, memory: "2Gi", storage: "60Gi" }, pinned("m6id", 16)),
  combination("disk is scarce, the engine takes three quarters", { cpu: 0.5, memory: "1Gi", storage: "20Gi" }, pinned("m6id", 8, { engine: { cacheMaxGb: 355 } })),
  combination("pods are scarce", { cpu: 0.1, memory: "64Mi", storage: "none" }, pinned("c5d", 8, { engine: { memory: "2Gi" } })),
  combination("a small node, no request of disk", { cpu: 0.5, memory: "1Gi", storage: "none" }, pinned("c6id", 4, { engine: { cpu: 1, memory: "2Gi" } })),
  combination("two vCPUs", { cpu: 0.5, memory: "1Gi", storage: "1Gi" }, pinned("r6id", 2, { engine: { cpu: 0.5, memory: "2Gi" } })),
  combination("one runner fills a node", { cpu: 5, memory: "16Gi" }, pinned("m6id", 8)),
  combination("a large engine", SMALL, pinned("r6id", 32, { engine: { cpu: 12, memory: "96Gi" } })),
  combination("Docker beside the runner", { ...SMALL, docker: true }, pinned("m6id", 16)),
  combination("a node larger than the default allows", LARGE, pinned("m6id", 64)),
  combination("Graviton 2", SMALL, pinned("m6gd", 8, { nodes: onArm64() })),
  combination("Graviton 3, little memory", { cpu: 2, memory: "4Gi" }, pinned("c7gd", 16, { nodes: onArm64() })),
  combination("Graviton 4, much memory", SMALL, pinned("r8gd", 16, { nodes: onArm64() })),
  combination("Graviton storage node", LARGE, pinned("i8g", 16, { nodes: onArm64() })),
  combination("Graviton, disk is scarce", { cpu: 1, memory: "2Gi", storage: "40Gi" }, pinned("m7gd", 8, { nodes: onArm64() })),
  combination("the default fleet", SMALL, { nodes: { vcpuLimit: 64 } }),
  combination("the default fleet, the larger size", LARGE, { nodes: { vcpuLimit: 96 } }),
  combination("the default fleet, a limit that leaves a remainder", SMALL, { nodes: { vcpuLimit: 56 } }),
  combination("a limit below the largest node", SMALL, { nodes: { vcpuLimit: 24 } }),
  combination("small nodes of any family", { cpu: 1, memory: "2Gi" }, { nodes: { vcpu: { min: 4, max: 8 }, nvmeGb: 100, vcpuLimit: 24 }, engine: { cpu: 1, memory: "4Gi" } }),
  combination("compute only", { cpu: 2, memory: "2Gi" }, { nodes: { categories: ["c"], vcpuLimit: 64 } }),
  combination("memory only, a memory-hungry size", { cpu: 2, memory: "30Gi" }, { nodes: { categories: ["r"], vcpuLimit: 64 } }),
  combination("storage nodes only", LARGE, { nodes: { categories: ["i"], nvmeGb: 2000, vcpuLimit: 64 } }),
  combination("spot", SMALL, { nodes: { capacityTypes: ["spot"], vcpuLimit: 64 } }),
  combination("a size that small nodes cannot hold", { cpu: 12, memory: "48Gi" }, { nodes: { vcpuLimit: 64 } }),
  combination("large disks, for large caches", SMALL, { nodes: { nvmeGb: 1800, vcpuLimit: 64 }, engine: { cacheMaxGb: 1300 } }),
  combination("arm64, default bounds", SMALL, { nodes: onArm64({ vcpuLimit: 64 }) }),
  combination("arm64, three families up to 64 vCPU, a larger engine", SMALL, {
    nodes: onArm64({ families: ["m7gd", "c7gd", "r7gd"], vcpu: { min: 16, max: 64 }, vcpuLimit: 128 }),
    engine: { cpu: 4, memory: "16Gi" },
  }),
  combination("arm64 storage categories", LARGE, { nodes: onArm64({ categories: ["im", "is"], vcpuLimit: 32 }) }),
  combination("CPU counted in tenths", { cpu: 0.1, memory: "64Mi", storage: "none" }, pinned("c5d", 8, { engine: { cpu: 3, memory: "2Gi" } })),
  combination("memory counted in quarters of a GiB", { cpu: 0.1, memory: "256Mi", storage: "none" }, pinned("c6id", 8, { engine: { memory: "2Gi" } })),
  combination("disk counted in steps of 3 GiB", { cpu: 0.1, memory: "64Mi", storage: "3Gi" }, pinned("m6id", 8)),
];
