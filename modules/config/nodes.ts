import { z } from "zod";
import { duration, durationOrNever, hoursAndMinutes } from "./fields/quantities";
import { ami, amiId } from "./fields/ami";
import { kmsKeyArn, roleArn } from "./fields/arn";
import { availabilityZone, ec2Id } from "./fields/aws";
import { cron } from "./fields/cron";
import { amiRelease } from "./fields/dates";
import { startupTaint } from "./fields/taints";
import { text, unique } from "./fields/text";
import { userDataSchema } from "./user-data";

const architecture = z.enum(["amd64", "arm64"]).default("amd64").meta({ description: "CPU architecture of the nodes." });
const rootDiskGb = z.int().min(20).max(1000).default(30).meta({ description: "Encrypted gp3 root disk, GiB." });
const reservationId = ec2Id("cr", "a", "capacity reservation");

/** Pods of add-ons and the engine, and one runner. */
const FEWEST_PODS = 5;

/** What nodes of both modes have. */
const ofAllNodes = {
  rootDiskGb,
  rootDiskKmsKeyArn: kmsKeyArn().optional().meta({
    description: "KMS key of yours that encrypts root disks. Default: the key with which the account encrypts EBS volumes; see `cluster.diskKmsKeyArn`. Local NVMe disks are encrypted by EC2.",
  }),
  zones: unique(z.array(availabilityZone()))
    .min(1)
    .optional()
    .meta({ description: "Zones of the nodes, of those that the network has. Default: all. Nodes of `mode: persistent` stay in the zones that they were made in." }),
  startupTaints: z.array(startupTaint()).default([]).meta({
    description: "Taints that nodes begin with, until something of yours in the cluster takes them away; nothing here does. Engine and runners wait for that, Karpenter buys nodes all the same.",
  }),
  maxPods: z.int().min(FEWEST_PODS).max(250).optional().meta({
    description: "Most pods of a node. Default: as many as get an address of the VPC without prefix delegation.",
  }),
  fastImagePull: z.boolean().optional().meta({
    description: "Whether nodes pull and unpack the layers of an image at once (nodeadm's `FastImagePull`), which needs an AMI of v20260610 or later. Default: with `mode: autoscaled` and EKS's own AMI, unless `userData` has settings of containerd.",
  }),
  userData: userDataSchema.meta({
    description: "What nodes are told at their start: `script`, and `nodeConfig`, the spec of a NodeConfig that nodeadm merges with EKS's. No secrets: every job can read it.",
  }),
};

const reservations = z
  .strictObject({
    ids: unique(z.array(reservationId)).min(1).max(28).optional().meta({ description: "By their ids." }),
    tags: z.record(z.string().min(1), z.string().min(1)).optional().meta({ description: "By their tags; `*` for any value." }),
    open: z.boolean().default(false).meta({ description: "All open ones of the account; Karpenter uses none that is not selected." }),
  })
  .optional()
  .meta({ description: "Capacity reservations that Karpenter fills first. Needs `reserved` among `capacityTypes`." });

const autoscaledNodes = z
  .strictObject({
    mode: z.literal("autoscaled").optional().default("autoscaled").meta({
      description: "Karpenter buys nodes when jobs queue and drops them when idle.",
    }),
    architecture,
    capacityTypes: unique(z.array(z.enum(["on-demand", "spot", "reserved"])))
      .min(1)
      .default(["on-demand"])
      .meta({ description: "How to buy. A spot interruption kills running jobs; GitHub does not run them again. `reserved` is what `capacityReservations` selects, and goes first." }),
    capacityReservations: reservations,
    categories: unique(z.array(z.enum(["c", "m", "r", "i", "im", "is", "x", "z"])))
      .min(1)
      .default(["c", "m", "r", "i"])
      .meta({ description: "Instance categories to choose from; only types with NVMe on the Nitro hypervisor count." }),
    families: unique(z.array(text("an instance family such as m6id", /^[a-z0-9-]+$/)))
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
      .default(400)
      .meta({ description: "Least local NVMe of a node, in GB (10^9 bytes, as EC2 counts)." }),
    vcpuLimit: z
      .int()
      .min(2)
      .default(256)
      .meta({ description: "Most vCPUs that the fleet may have at once: the bound on its cost. While a node is replaced, its successor comes on top." }),
    idleAfter: duration()
      .default("10m")
      .meta({ description: "How long a node without jobs stays, and with it its warm cache." }),
    expireAfter: durationOrNever().default("168h").meta({ description: "Age at which a node is replaced, or Never." }),
    terminationGracePeriod: duration().default("7h").meta({
      description: "How long a node that must go waits for its jobs. At least the longest job's time.",
    }),
    workingHours: z
      .strictObject({
        schedule: cron().meta({ description: "When working hours begin, as cron in UTC, or a word such as @daily." }),
        duration: hoursAndMinutes().meta({ description: "How long they last, in hours and minutes, such as 12h." }),
      })
      .optional()
      .meta({ description: "Hours in which no node is replaced for a newer AMI or setting. Idle nodes still go." }),
    ami: ami().optional().meta({
      description: "AMI of these nodes: an alias, an AMI id, `{tags: …}` or `{ssmParameter: …}`; all but the first must be made from EKS's Amazon Linux 2023. Default: `versions.ami`.",
    }),
    prePullImages: z.boolean().default(true).meta({
      description: "Whether a new node pulls the images of runners while its engine comes: a pod on each node that has them and does nothing.",
    }),
    ...ofAllNodes,
  })
  .meta({ title: "Nodes that Karpenter buys" });

const persistentNodes = z
  .strictObject({
    mode: z.literal("persistent").meta({
      description: "A managed node group of a fixed size: caches stay warm for as long as the nodes live.",
    }),
    architecture,
    instanceType: text("an instance type with NVMe, such as m6id.2xlarge", /^[a-z0-9-]+\.[a-z0-9-]+$/).meta({
      description: "Their instance type. Other nodes are another fleet: this, and the architecture, cannot be changed.",
    }),
    count: z.int().min(1).max(100).meta({ description: "How many nodes." }),
    ami: amiId().optional().meta({
      description: "AMI of these nodes by its id, made from EKS's Amazon Linux 2023. Whether there is one cannot be changed later. Default: EKS's own.",
    }),
    releaseVersion: amiRelease()
      .optional()
      .meta({ description: "AMI release of the node group. Default: the newest when it is made; it then stays." }),
    terminationGracePeriod: duration().default("7h").meta({
      description: "How long an update of the fleet waits for its jobs. At least the longest job's time.",
    }),
    capacityReservationId: reservationId.optional().meta({
      description: "Capacity reservation that the nodes are launched into; all of them must fit. Needs `zones` with the one zone of it.",
    }),
    roleArn: roleArn().optional().meta({
      description: "IAM role of these nodes that exists, in place of one that the stack makes; not the one in `cluster.runnerNodes`. It cannot be changed later.",
    }),
    ...ofAllNodes,
  })
  .meta({ title: "Nodes that stay" });

export const nodesSchema = z.discriminatedUnion("mode", [autoscaledNodes, persistentNodes]);
export type NodesConfig = z.infer<typeof nodesSchema>;
export type AutoscaledNodes = z.infer<typeof autoscaledNodes>;
export type PersistentNodes = z.infer<typeof persistentNodes>;
