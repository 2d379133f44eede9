import { isAutoscaled, type AutoscaledFleet } from "../../modules/config/fleet";
import { parseConfig } from "../../modules/load-config";
import type { Config } from "../../modules/config/schema";
import { WARM_ANNOTATION, WARM_PRIORITY_CLASS, warmOrder } from "../../modules/contract/warm";
import { warmObjects } from "../../modules/dagger/warm-objects";
import { warmRunner } from "../../modules/dagger/warm-runner";
import { ofFleet, pool, type Account } from "../placement/manifests";

/** A way to be ready for jobs, or none, and how many jobs come at once. */
export interface Case {
  readonly name: string;
  readonly way: "cold" | "warm" | "buffer" | "min";
  readonly jobs: number;
  readonly vcpuLimit?: number;
}
export interface Fleet extends Case {
  readonly config: Config;
  readonly fleet: AutoscaledFleet;
}

/** How many runners each way keeps ready. */
export const READY = 4;
/** AMI that the emulated account has. */
const AMI = "al2023@v20260724";
/** Seconds between two times at which the clock puts placeholders together: in an installation five minutes at least. */
export const PACK_EVERY = 45;

export const CASES: readonly Case[] = [
  ...([1, 20, 60] as const).flatMap((jobs) => (["cold", "warm"] as const).map((way) => ({ name: `${way}-${jobs}`, way, jobs }))),
  { name: "buffer-1", way: "buffer", jobs: 1 },
  { name: "buffer-20", way: "buffer", jobs: 20 },
  { name: "min-20", way: "min", jobs: 20 },
  { name: "limit-20", way: "warm", jobs: 20, vcpuLimit: 32 },
];

export function fleetOf(one: Case): Fleet {
  const config = parseConfig(
    JSON.stringify({
      name: "proof",
      region: "eu-west-1",
      github: { organization: "proof", secret: "proof" },
      versions: { ami: AMI },
      fleets: [
        {
          name: one.name,
          nodes: { idleAfter: "1m", ...(one.vcpuLimit === undefined ? {} : { vcpuLimit: one.vcpuLimit }) },
          runners: [{ cpu: 2, memory: "8Gi", max: 80, ...(one.way === "warm" ? { warm: [{ during: "daily 00:00-24:00 UTC", runners: READY }] } : {}) }],
        },
      ],
    }),
    one.name,
  );
  const [fleet] = config.fleets;
  if (!fleet || !isAutoscaled(fleet)) throw new Error(`${one.name}: not a fleet that Karpenter serves`);
  return { ...one, config, fleet };
}

export const priorityClass = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: WARM_PRIORITY_CLASS.name },
  value: WARM_PRIORITY_CLASS.value,
  preemptionPolicy: "Never",
};

/** A fleet with its node pool, no job, and what its way needs. */
export function objectsOf({ way, config, fleet }: Fleet, account: Account): object[] {
  // Idle runners of a scale set are runners: they come before jobs do.
  const base = ofFleet(config, fleet, way === "min" ? READY : 0, account);
  return [...base, pool(fleet), ...(way === "warm" ? warm(config, fleet, "daily 00:00-24:00 UTC") : way === "buffer" ? buffer(fleet, base) : [])];
}

/** As the dagger stack makes them, but that the scale set's pods are told by the label that they have here. */
function warm(config: Config, fleet: AutoscaledFleet, during: string): object[] {
  return [placeholders(config, fleet, during), ...warmObjects(config, fleet).filter((item) => !("spec" in item))];
}

export function placeholders(config: Config, fleet: AutoscaledFleet, during: string): object {
  const runner = fleet.runners[0]!;
  const { metadata, ...rest } = warmRunner(config, fleet, runner);
  const order = { ...warmOrder(fleet, runner), warm: [{ during, runners: READY }], pods: { "proof-role": "runner" }, packEvery: PACK_EVERY };
  return { ...rest, metadata: { ...metadata, annotations: { [WARM_ANNOTATION]: JSON.stringify(order) } } };
}

/** Karpenter's own: virtual pods, of a template that asks for what a runner asks for. */
function buffer({ namespace }: AutoscaledFleet, base: readonly object[]): object[] {
  const runners = base.at(-1) as { spec: { template: { spec: object } } };
  return [
    { apiVersion: "v1", kind: "PodTemplate", metadata: { name: "runner", namespace }, template: { metadata: {}, spec: runners.spec.template.spec } },
    { apiVersion: "autoscaling.x-k8s.io/v1beta1", kind: "CapacityBuffer", metadata: { name: "runner", namespace }, spec: { podTemplateRef: { name: "runner" }, replicas: READY } },
  ];
}
