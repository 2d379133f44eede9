import { z } from "zod";
import { versions } from "../versions";
import { bytes, cores, dnsLabel, duration, semver, text } from "./fields";

/** ARC's limit on the name of a scale set (template `autoscalingrunnerset.yaml` of its chart). */
export const MAX_RUNS_ON = 45;

const autoscaledNodes = z
  .strictObject({
    mode: z.literal("autoscaled").optional().default("autoscaled").meta({
      description: "Karpenter buys nodes when jobs queue and drops them when idle.",
    }),
    architecture: z.enum(["amd64", "arm64"]).default("amd64").meta({ description: "CPU architecture of the nodes." }),
    capacityTypes: z
      .array(z.enum(["on-demand", "spot"]))
      .min(1)
      .default(["on-demand"])
      .meta({ description: "How to buy. A spot interruption kills running jobs; GitHub does not run them again." }),
    categories: z
      .array(z.enum(["c", "m", "r", "i", "im", "is", "x", "z"]))
      .min(1)
      .default(["c", "m", "r", "i"])
      .meta({ description: "Instance categories to choose from; only types with NVMe on the Nitro hypervisor count." }),
    families: z
      .array(text("an instance family such as m6id", /^[a-z0-9-]+$/))
      .min(1)
      .optional()
      .meta({ description: "Restrict the choice to these instance families." }),
    vcpu: z
      .strictObject({
        min: z.int().min(2).max(192).default(8).meta({ description: "Fewest vCPUs of a node." }),
        max: z.int().min(2).max(192).default(32).meta({
          description: "Most vCPUs of a node: without a bound one giant node, and its one engine, serves everybody.",
        }),
      })
      .prefault({}),
    nvmeGb: z
      .int()
      .min(50)
      .max(60000)
      .default(200)
      .meta({ description: "Least local NVMe of a node, in GB (10^9 bytes, as EC2 counts)." }),
    vcpuLimit: z
      .int()
      .min(2)
      .default(256)
      .meta({ description: "Most vCPUs that the fleet may have at once: the bound on its cost." }),
    idleAfter: duration()
      .default("10m")
      .meta({ description: "How long a node without jobs stays, and with it its warm cache." }),
    expireAfter: duration().default("168h").meta({ description: "Age at which a node is replaced." }),
    terminationGracePeriod: duration().default("7h").meta({
      description: "How long a node that must go waits for its jobs. At least the longest job's time.",
    }),
    ami: text("an alias such as al2023@v20260724", /^al2023@v[0-9]{8}$/)
      .optional()
      .meta({ description: "AMI alias of these nodes. Default: `versions.ami`." }),
    rootDiskGb: z.int().min(20).max(1000).default(30).meta({ description: "Encrypted gp3 root disk, GiB." }),
  })
  .meta({ title: "Nodes that Karpenter buys" });

const engineSchema = z
  .strictObject({
    cpu: cores().default(2).meta({ description: "CPU request of the engine; it may use more when the node has it." }),
    memory: bytes().default("8Gi").meta({ description: "Memory request of the engine." }),
  })
  .prefault({});

const runnerSchema = z.strictObject({
  name: dnsLabel(20).optional().meta({ description: "Name of the size. Default: from CPU and memory, such as `2c-8g`." }),
  cpu: cores().meta({ description: "CPU request of a runner pod." }),
  memory: bytes().meta({ description: "Memory request of a runner pod." }),
  storage: bytes().default("10Gi").meta({ description: "Request of local disk for the job's work folder." }),
  min: z.int().min(0).default(0).meta({ description: "Idle runners to keep; each keeps its node." }),
  max: z.int().min(1).meta({ description: "Most runners at once. Required: without it there is no bound." }),
  runsOn: dnsLabel(MAX_RUNS_ON).optional().meta({
    description: "What a workflow writes in `runs-on`. Default: `<name>-<fleet>-<size>`, unique among clusters.",
  }),
});

export const fleetSchema = z.strictObject({
  name: dnsLabel(20).meta({ description: "Name of the fleet, and of its node pool." }),
  dagger: semver().default(versions.dagger).meta({
    description: "Dagger version of engine, chart and CLI. To upgrade, add a fleet with the new version.",
  }),
  namespace: dnsLabel(63).optional().meta({ description: "Kubernetes namespace. Default: `dagger-<fleet>`." }),
  nodes: autoscaledNodes.prefault({}),
  engine: engineSchema,
  runners: z.array(runnerSchema).min(1).meta({ description: "Runner sizes, one scale set each." }),
});

type RawFleet = z.infer<typeof fleetSchema>;
type RawRunner = z.infer<typeof runnerSchema>;

/** A runner size with its names settled. */
export type RunnerConfig = RawRunner & { readonly name: string; readonly runsOn: string };
/** A fleet with its names settled. */
export type FleetConfig = Omit<RawFleet, "runners"> & {
  readonly namespace: string;
  readonly runners: readonly RunnerConfig[];
};

/** Size name from its requests: 2 CPU and 8Gi give `2c-8g`. */
export const sizeName = ({ cpu, memory }: Pick<RawRunner, "cpu" | "memory">) =>
  `${cpu}c-${memory.toLowerCase().replace(/i$/, "")}`.replace(".", "-");

/** Fills in the names that depend on others; `clusterName` keeps `runs-on` apart between clusters. */
export const settleFleet = (clusterName: string, fleet: RawFleet): FleetConfig => ({
  ...fleet,
  namespace: fleet.namespace ?? `dagger-${fleet.name}`,
  runners: fleet.runners.map((runner) => {
    const name = runner.name ?? sizeName(runner);
    return { ...runner, name, runsOn: runner.runsOn ?? `${clusterName}-${fleet.name}-${name}` };
  }),
});
