import type { ConfigInput } from "../../modules/config/schema";

type Fleet = NonNullable<ConfigInput["fleets"]>[number];

/** A fleet with one runner size, as it would be written in the configuration, but for its name. */
export interface Combination {
  /** What this one is there for. */
  readonly title: string;
  readonly fleet: Omit<Fleet, "name">;
  /** Settings of the cluster that it needs. */
  readonly cluster?: ConfigInput["cluster"];
  /** Capacity reservation that the account must have. */
  readonly reservation?: string;
}

type Size = { cpu: number; memory: string } & Readonly<Record<string, unknown>>;
interface Settings { nodes?: object; engine?: object; cluster?: ConfigInput["cluster"]; reservation?: string }

/** What the account must have reserved: two m6id.4xlarge for whoever names them, and one open r6id.2xlarge. */
const TARGETED = "cr-00000000000000001";
const OPEN = "cr-00000000000000002";

const MANY = 1000;
const combination = (title: string, size: Size, { nodes = {}, engine = {}, ...needs }: Settings): Combination => ({
  title,
  ...needs,
  // Karpenter must never be short of jobs, and no combination is refused for too many of them. The rig has no DaemonSet but engines.
  fleet: { nodes: { prePullImages: false, ...nodes }, engine: { maxRunners: MANY, ...engine }, runners: [{ ...size, max: MANY }] },
});

/** A fleet that one instance type only can serve, two nodes of it. */
const pinned = (family: string, vcpu: number, settings: Settings = {}): Settings => ({
  ...settings,
  nodes: { families: [family], vcpu: { min: vcpu, max: vcpu }, nvmeGb: 50, vcpuLimit: 2 * vcpu, ...settings.nodes },
  engine: settings.engine ?? {},
});
const onArm64 = (more: object = {}) => ({ architecture: "arm64", ...more });

/** What a pod template adds to a runner's pod. */
const containers = (...list: object[]) => ({ spec: { containers: list } });
const initContainers = (...list: object[]) => ({ spec: { initContainers: list } });
const container = (name: string, resources: object, more: object = {}) => ({ name, image: "proof", resources, ...more });

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
  combination("dockerd with requests", { ...SMALL, docker: true, dockerd: { cpu: 1, memory: "2Gi" } }, pinned("m6id", 16)),
  combination("dockerd with limits only, which then are its requests", { ...SMALL, docker: true, dockerd: { limits: { cpu: 0.5, memory: "3Gi" } } }, pinned("r6id", 16)),
  combination("dockerd that may take more than it requests", { ...SMALL, docker: true, dockerd: { cpu: 0.3, memory: "512Mi", limits: { cpu: 4, memory: "16Gi" } } }, pinned("m6id", 16)),
  combination("dockerd on Graviton", { cpu: 1, memory: "4Gi", docker: true, dockerd: { cpu: 0.5, memory: "1Gi" } }, pinned("m7gd", 16, { nodes: onArm64() })),
  combination("a runner that may take more than it requests", { ...SMALL, limits: { cpu: 8, memory: "30Gi" } }, pinned("m6id", 16)),
  combination("a database beside the runner, with limits only", { ...SMALL, podTemplate: containers(container("database", { limits: { cpu: "500m", memory: "1536Mi" } })) }, pinned("m6id", 16)),
  combination("a container that takes disk", { cpu: 1, memory: "2Gi", storage: "10Gi", podTemplate: containers(container("files", { requests: { cpu: "100m", "ephemeral-storage": "50Gi" } })) }, pinned("m6id", 16)),
  combination("an init container larger than all that runs", { ...SMALL, podTemplate: initContainers(container("prepare", { requests: { cpu: "3500m", memory: "6Gi" } })) }, pinned("m6id", 16)),
  combination("an init container beside dockerd, and after a sidecar of its own", {
    ...SMALL,
    docker: true,
    dockerd: { cpu: 0.5, memory: "1Gi" },
    podTemplate: initContainers(
      container("cache", { requests: { cpu: "250m", memory: "512Mi" } }, { restartPolicy: "Always" }),
      container("prepare", { requests: { cpu: "3", memory: "12Gi" } }),
    ),
  }, pinned("r6id", 16)),
  combination("an init container before a sidecar does not add to it", {
    ...SMALL,
    podTemplate: initContainers(
      container("prepare", { requests: { cpu: "2500m", memory: "9Gi" } }),
      container("cache", { requests: { cpu: "1", memory: "2Gi" } }, { restartPolicy: "Always" }),
    ),
  }, pinned("m6id", 16)),
  combination("fewer pods than a node has addresses for", { cpu: 0.1, memory: "64Mi", storage: "none" }, pinned("c5d", 8, { nodes: { maxPods: 20 }, engine: { memory: "2Gi" } })),
  combination("fewer pods, memory is scarce all the same", SMALL, pinned("m6id", 8, { nodes: { maxPods: 29 } })),
  combination("more pods than addresses, by prefixes", { cpu: 0.1, memory: "64Mi", storage: "none" }, pinned("c5d", 8, {
    nodes: { maxPods: 110 },
    engine: { cpu: 0.5, memory: "2Gi" },
    cluster: { addons: { "vpc-cni": { prefixDelegation: true } } },
  })),
  combination("more pods than addresses on Graviton, memory is scarce", { cpu: 0.1, memory: "256Mi", storage: "none" }, pinned("c7gd", 8, {
    nodes: onArm64({ maxPods: 110 }),
    engine: { memory: "2Gi" },
    cluster: { addons: { "vpc-cni": { prefixDelegation: true } } },
  })),
  combination("a reservation and nothing else", SMALL, pinned("m6id", 16, { nodes: { capacityTypes: ["reserved"], capacityReservations: { ids: [TARGETED] }, vcpuLimit: 64 }, reservation: TARGETED })),
  combination("an open reservation first, then on demand", SMALL, pinned("r6id", 8, { nodes: { capacityTypes: ["reserved", "on-demand"], capacityReservations: { open: true }, vcpuLimit: 24 }, reservation: OPEN })),
  combination("one zone", SMALL, { nodes: { zones: ["eu-west-1b"], vcpuLimit: 64 } }),
  combination("nodes that begin with a taint", SMALL, pinned("m6id", 8, { nodes: { startupTaints: [{ key: "readiness.acme.example/not-ready", effect: "NoSchedule" }] } })),
];
