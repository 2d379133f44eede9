import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import type { SeedConfig } from "../config/seed";
import { awsDomain } from "../facts/regions";

/**
 * Seeds: what the engine of a node that leaves publishes, and an engine of a new node begins with. Everything that bucket,
 * roles, nodes and pods must say alike about them is here.
 */

/** A fleet whose nodes begin with a seed. */
export type SeededFleet = FleetConfig & { readonly seed: SeedConfig };

export const isSeeded = (fleet: FleetConfig): fleet is SeededFleet => fleet.seed !== undefined;

/** The fleet whose seeds a fleet's new nodes restore. */
export const seedSource = ({ name, seed }: SeededFleet): string => seed.from ?? name;

/** Service account of the pods that restore and publish; each fleet has one, whose role reads, or reads and writes. */
export const SEED_ACCOUNT = "cache-seed";

/** Labels of those pods. */
export const SEED_LABELS = { "app.kubernetes.io/name": SEED_ACCOUNT, "app.kubernetes.io/part-of": "dagger-ci" } as const;
/** Their containers that `npm run cache` asks, and the variable that tells them the repository. */
export const SEED_CONTAINERS = { restore: "restore", publish: "publish" } as const;
export const SEED_REPOSITORY = "SEEDS";

/** Name of what a fleet's seeds need in the cluster as a whole. */
export const seedName = (installation: string, fleet: string): string => `${installation}-${fleet}-cache-seed`;

/** What the pod requests; a restore may use more when the node has it. */
export const SEED_REQUESTS = { cpu: "100m", memory: "256Mi" } as const;

/** Prefix of all seeds of a fleet in the bucket: several installations may share one. */
export const seedPrefix = (installation: string, fleet: string): string => `${installation}/${fleet}`;

/** The AWS role of those pods, in at most the 64 characters that IAM takes. */
export const seedRole = (installation: string, fleet: string): string => `${installation}-${fleet}-seed`;

/**
 * Where a fleet's nodes read and write seeds, as restic calls it; architecture and month follow. A seed is good for the
 * Dagger version that made it.
 */
export const seedRepository = ({ name, region }: Pick<Config, "name" | "region">, fleet: SeededFleet, bucket: string): string =>
  `s3:https://s3.${region}.${awsDomain(region)}/${bucket}/${seedPrefix(name, seedSource(fleet))}/${fleet.dagger}`;

/**
 * What a new node has until its cache is in place, and then until its engine has its room. Karpenter knows both as startup
 * taints; the pod that restores takes them away.
 */
export const SEED_TAINTS = {
  restoring: { key: "dagger-ci/restoring-cache", effect: "NoSchedule" },
  engineFirst: { key: "dagger-ci/engine-first", effect: "NoSchedule" },
} as const;
/** Of pods that come before a cache is restored. */
export const SEED_TOLERATIONS = Object.values(SEED_TAINTS).map((taint) => ({ ...taint, operator: "Exists" }));
