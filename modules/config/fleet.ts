import { z } from "zod";
import { versions } from "../facts/versions";
import { engineSchema } from "./engine";
import { amiText, type Ami } from "./fields/ami";
import { daggerVersion, dnsLabel } from "./fields/text";
import { githubSchema } from "./github";
import { nodesSchema, type AutoscaledNodes, type NodesConfig, type PersistentNodes } from "./nodes";
import { runnerSchema, sizeName, type RunnerConfig } from "./runners";
import { seedSchema } from "./seed";

export const fleetSchema = z.strictObject({
  name: dnsLabel(20).meta({ description: "Name of the fleet, and of its node pool." }),
  dagger: daggerVersion().default(versions.dagger).meta({
    description: "Dagger version of engine, chart and CLI. To upgrade, add a fleet with the new version. A pre-release of 1.0.0 runs with the chart of the default version, since none has its own.",
  }),
  namespace: dnsLabel(63).optional().meta({ description: "Kubernetes namespace. Default: `dagger-<fleet>`, of a guest `dagger-<name>-<fleet>`." }),
  nodes: nodesSchema.prefault({}),
  engine: engineSchema,
  sharedCache: z.boolean().default(false).meta({
    description: "Share the cache between engines by Dagger Cloud. Only Dagger before 0.18.15 has it.",
  }),
  seed: seedSchema,
  github: githubSchema.optional().meta({ description: "Another organisation, repository, enterprise or App for this fleet, in place of the whole of `github`." }),
  runners: z.array(runnerSchema).min(1).meta({ description: "Runner sizes." }),
});

type RawFleet = z.infer<typeof fleetSchema>;

/** A fleet with its names settled. */
export type FleetConfig = Omit<RawFleet, "runners"> & {
  /** Its name among what a cluster has once: node pool, node class, the nodes' label and taint. */
  readonly inCluster: string;
  readonly namespace: string;
  /** Whether the addons stack puts a node exporter on each of its nodes. */
  readonly nodeExporter: boolean;
  readonly runners: readonly RunnerConfig[];
};
/** A fleet with nodes of one mode. */
export type FleetWith<Nodes extends NodesConfig> = Omit<FleetConfig, "nodes"> & { readonly nodes: Nodes };
export type AutoscaledFleet = FleetWith<AutoscaledNodes>;
export type PersistentFleet = FleetWith<PersistentNodes>;

export const isAutoscaled = (fleet: FleetConfig): fleet is AutoscaledFleet => fleet.nodes.mode === "autoscaled";
export const isPersistent = (fleet: FleetConfig): fleet is PersistentFleet => fleet.nodes.mode === "persistent";

/** Fills in the names that depend on others; `installation` keeps `runs-on` apart between clusters, and a guest's fleets in one. */
export function settleFleet({ installation, guest, nodeExporter = false }: { readonly installation: string; readonly guest: boolean; readonly nodeExporter?: boolean }, fleet: RawFleet): FleetConfig {
  const inCluster = guest ? `${installation}-${fleet.name}` : fleet.name;
  return {
    ...fleet,
    inCluster,
    nodeExporter,
    namespace: fleet.namespace ?? `dagger-${inCluster}`,
    runners: fleet.runners.map((runner) => {
      const name = runner.name ?? sizeName(runner);
      return { ...runner, name, runsOn: runner.runsOn ?? `${installation}-${fleet.name}-${name}` };
    }),
  };
}

/** What a fleet's nodes boot from, as a text: an AMI, or a node group's release; empty where AWS chooses the release. */
export const fleetAmi = ({ nodes }: Pick<FleetConfig, "nodes">, defaultAmi: string): string => {
  const ami: Ami = nodes.mode === "autoscaled" ? (nodes.ami ?? defaultAmi) : (nodes.ami ?? nodes.releaseVersion ?? "");
  return amiText(ami);
};

export const isPreRelease = (version: string): boolean => version.includes("-");

/** Whether a version is at least another, a plain `x.y.z`. A pre-release knows what its release does, as Dagger itself compares. */
export function atLeast(version: string, other: string): boolean {
  const [a, b] = [version.replace(/-.*/, ""), other].map((text) => text.split(".").map(Number));
  const i = a!.findIndex((part, at) => part !== b![at]);
  return i === -1 || a![i]! > b![i]!;
}
