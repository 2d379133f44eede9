import { z } from "zod";
import { ssmParameter } from "./fields/ami";
import { existingRole, kmsKeyArn, roleArn } from "./fields/arn";
import { dnsLabel, semver, unique } from "./fields/text";

const install = (what: string) =>
  z.literal("install").optional().default("install").meta({ description: `The stack installs ${what}.` });

const featureGate = (stage: string, effect: string) =>
  z.boolean().default(false).meta({ description: `${effect} (${stage} in Karpenter 1.14).` });

const karpenterSchema = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: install("Karpenter with its CRDs, role and interruption queue"),
    roleArn: existingRole("Karpenter", { stack: "the cluster stack" }),
    featureGates: z
      .strictObject({
        nodeRepair: featureGate("alpha", "Replace unhealthy nodes; needs the EKS node monitoring agent"),
        nodeOverlay: featureGate("alpha", "NodeOverlay objects"),
        reservedCapacity: z
          .boolean()
          .default(true)
          .meta({ description: "Use capacity reservations (beta in Karpenter 1.14)." }),
        spotToSpotConsolidation: featureGate("alpha", "Replace spot nodes by cheaper ones"),
        staticCapacity: featureGate("alpha", "Node pools of a fixed size"),
        capacityBuffer: featureGate("alpha", "CapacityBuffer objects"),
      })
      .prefault({}),
    guests: z
      .strictObject({
        nodeRoleArns: unique(z.array(roleArn())).default([]).meta({ description: "Roles of their runner nodes, which Karpenter may then pass." }),
        diskKmsKeyArns: unique(z.array(kmsKeyArn())).default([]).meta({ description: "KMS keys of their root disks." }),
        amiParameters: unique(z.array(ssmParameter())).default([]).meta({ description: "SSM parameters that hold ids of their AMIs." }),
      })
      .prefault({})
      .meta({ description: "What Karpenter may use for other installations in this cluster, which have `cluster.guest: true`." }),
  }),
  z.strictObject({
    mode: z.literal("existing").meta({
      description: "The cluster has Karpenter 1.9 or later; it must be allowed to pass the runner nodes' role.",
    }),
  }),
]);

const arcSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: install("ARC's controller for scale sets") }),
  z.strictObject({
    mode: z.literal("existing").meta({ description: "The cluster has ARC's controller for scale sets." }),
    namespace: dnsLabel(63).meta({ description: "Its namespace." }),
    serviceAccount: dnsLabel(63).meta({ description: "Its service account." }),
    version: semver().meta({ description: "Its version; `versions.arc` must have the same minor." }),
  }),
  z.strictObject({ mode: z.literal("none").meta({ description: "No scale sets: only runner deployments." }) }),
]);

const prometheusSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("none").optional().default("none").meta({ description: "The stack installs no Prometheus." }) }),
  z.strictObject({
    mode: z.literal("install").meta({
      description: "The stack installs kube-prometheus-stack: Prometheus and its operator, Alertmanager, Grafana, kube-state-metrics, node exporters. It brings `metrics`.",
    }),
    retentionDays: z.int().min(1).max(3650).default(15).meta({ description: "Days that Prometheus keeps what it scraped." }),
    volumeGb: z.int().min(10).max(16000).optional().meta({
      description: "EBS volume for that, GiB. Default: none; what was scraped goes with Prometheus' pod, which has 10 GiB of its node's root disk.",
    }),
    storageClass: dnsLabel(63).optional().meta({
      description: "Storage class of the volume that exists. Default: one of encrypted gp3 volumes that the stack makes, for the EBS driver that the cluster stack installs.",
    }),
  }),
]);

/** What the `addons` stack installs; `existing` says that the cluster already has it. */
export const addonsSchema = z
  .strictObject({
    certManager: z.enum(["auto", "install", "existing"]).default("auto").meta({
      description:
        "cert-manager: `auto` installs it where something needs it (ARC's summerwind kind), `install` always, `existing` never.",
    }),
    karpenter: karpenterSchema.prefault({}),
    arc: arcSchema.prefault({}),
    summerwind: z.enum(["none", "install", "existing"]).default("none").meta({
      description: "ARC's older kind, as in Dagger's guide (RunnerDeployment). Community-kept; beside or instead of scale sets.",
    }),
    metrics: z.boolean().default(false).meta({
      description:
        "PodMonitor and PrometheusRule objects and a dashboard for Grafana, for a cluster that has the Prometheus operator and its CRDs; see docs/monitoring.md.",
    }),
    prometheus: prometheusSchema.prefault({}),
  })
  .prefault({});
