import type { Config } from "../../modules/config/schema";
import type { KubeObject } from "../kubernetes/objects";
import { sizeOf } from "../jobs/runners";
import type { Recorded } from "./spent";

/** A node claim as the cluster holds it now. */
export interface ClaimNow {
  readonly fleet: string;
  readonly type: string;
  readonly capacityType: string;
  readonly zone: string;
  /** Since it was made; EC2 bills from its launch, some seconds later. */
  readonly hours: number;
  /** Runner pods on its node, and their sizes. */
  readonly runners: readonly string[];
}

const label = ({ metadata }: KubeObject, key: string) => metadata.labels?.[key] ?? "";

/** What a cluster holds: its node claims, oldest first, with the runners on them. */
export function claimsNow({ fleets }: Config, claims: readonly KubeObject[], pods: readonly KubeObject[], now: Date): ClaimNow[] {
  return fleets.flatMap((fleet) =>
    claims
      .filter((claim) => label(claim, "karpenter.sh/nodepool") === fleet.inCluster && claim.metadata.creationTimestamp !== undefined)
      .map((claim): ClaimNow => ({
        fleet: fleet.name,
        type: label(claim, "node.kubernetes.io/instance-type"),
        capacityType: label(claim, "karpenter.sh/capacity-type"),
        zone: label(claim, "topology.kubernetes.io/zone"),
        hours: (now.getTime() - new Date(claim.metadata.creationTimestamp!).getTime()) / 3_600_000,
        runners: pods.filter(({ spec }) => claim.status?.nodeName !== undefined && spec?.nodeName === claim.status.nodeName).flatMap((pod) => sizeOf(fleet, pod)?.name ?? []).sort(),
      }))
      .sort((a, b) => b.hours - a.hours),
  );
}

/** The same as if it were recorded: only what is alive, and of it no more than the time that is asked for. */
export const asRecorded = (config: Config, claims: readonly ClaimNow[], hours: number): Recorded => ({
  nodes: claims.map(({ fleet, type, capacityType, zone, hours: age }) => ({ nodePool: config.fleets.find(({ name }) => name === fleet)!.inCluster, type, capacityType, zone, hours: Math.min(age, hours) })),
  dollars: new Map(),
  cpuHours: new Map(),
  asked: new Map(),
  jobs: [],
});
