import { runnerDeploymentName } from "../../modules/contract/runner-names";
import type { FleetConfig } from "../../modules/config/fleet";
import type { RunnerConfig } from "../../modules/config/runners";
import type { Config } from "../../modules/config/schema";
import { fleetContract } from "../../modules/contract/fleet-contract";
import type { KubeObject } from "../kubernetes/objects";
import type { EphemeralRunner, Event, NodeClaim, Pod, Seen, SummerwindRunner } from "./kinds";

/** A runner of one of our sets, with all that it needs. Other pods, such as those that keep nodes warm, are none. */
export interface Runner {
  readonly fleet: FleetConfig;
  readonly size: RunnerConfig;
  /** ARC's object for it. */
  readonly object: { readonly kind: "scale-set"; readonly of: EphemeralRunner } | { readonly kind: "runner-deployment"; readonly of: SummerwindRunner };
  readonly name: string;
  readonly pod: Pod | undefined;
  /** The node that it is on, or that Karpenter has chosen for it. */
  readonly claim: NodeClaim | undefined;
  readonly engine: Pod | undefined;
  /** Events of its pod, the oldest first. */
  readonly events: readonly Event[];
}

/** What is read to know runners. */
export const RUNNER_KINDS = ["ephemeralRunners", "runners", "pods", "events", "nodeClaims"] as const;
export type SeenRunners = Seen<(typeof RUNNER_KINDS)[number]>;

/** ARC's label for the set of a runner, and of its pod. */
export const SCALE_SET_LABEL = "actions.github.com/scale-set-name";
/** The same of the summerwind kind. */
export const RUNNER_DEPLOYMENT_LABEL = "runner-deployment-name";

/** All runners of the sets of a configuration. */
export function runnersOf({ fleets }: Pick<Config, "fleets">, seen: SeenRunners): Runner[] {
  const events = eventsByPod(seen.events);
  return fleets.flatMap((fleet) => {
    const pods = seen.pods.filter(({ metadata }) => metadata.namespace === fleet.namespace);
    const engines = pods.filter(({ metadata }) => metadata.labels?.name === fleetContract(fleet).engineDaemonSet);
    return fleet.runners.flatMap((size) =>
      objectsOf(fleet, size, seen).map((object): Runner => {
        const { name } = object.of.metadata;
        const pod = pods.find(({ metadata }) => metadata.name === name);
        const ofPod = (pod && events.get(pod.metadata.uid ?? "")) ?? [];
        const nodeName = pod?.spec?.nodeName;
        const claim = nodeName === undefined ? nominated(ofPod, seen.nodeClaims) : seen.nodeClaims.find(({ status }) => status?.nodeName === nodeName);
        const node = nodeName ?? claim?.status?.nodeName;
        const engine = node === undefined ? undefined : engines.find(({ spec }) => spec?.nodeName === node);
        return { fleet, size, object, name, pod, claim, engine, events: ofPod };
      }),
    );
  });
}

function objectsOf(fleet: FleetConfig, size: RunnerConfig, { ephemeralRunners, runners }: SeenRunners): Runner["object"][] {
  const ofSize = (object: KubeObject) => sizeOf(fleet, object) === size;
  return size.kind === "scale-set"
    ? ephemeralRunners.filter(ofSize).map((of) => ({ kind: "scale-set", of }))
    : runners.filter(ofSize).map((of) => ({ kind: "runner-deployment", of }));
}

/** The runner size of a fleet that ARC made an object for: a runner, or its pod. None for other pods. */
export function sizeOf({ namespace, runners }: FleetConfig, { metadata }: KubeObject): RunnerConfig | undefined {
  if (metadata.namespace !== namespace) return undefined;
  const has = (label: string, value: string) => metadata.labels?.[label] === value;
  return runners.find((size) => (size.kind === "scale-set" ? has(SCALE_SET_LABEL, size.runsOn) : has(RUNNER_DEPLOYMENT_LABEL, runnerDeploymentName(size))));
}

/** Where Karpenter says, in its own words, that a pod should go. */
function nominated(events: readonly Event[], claims: readonly NodeClaim[]): NodeClaim | undefined {
  const message = events.findLast(({ reason }) => reason === "Nominated")?.message;
  const name = /nodeclaim\/([^, ]+)/.exec(message ?? "")?.[1];
  return claims.find(({ metadata }) => metadata.name === name);
}

function eventsByPod(events: readonly Event[]): Map<string, Event[]> {
  const all = new Map<string, Event[]>();
  for (const event of events.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const { kind, uid = "" } = event.involvedObject;
    if (kind === "Pod") all.set(uid, [...(all.get(uid) ?? []), event]);
  }
  return all;
}

/** When an event was last seen, in milliseconds. */
export const timeOf = ({ lastTimestamp, eventTime, firstTimestamp, metadata }: Event): number =>
  new Date(lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? 0).getTime();
