import { keptAt, wantedAt } from "../../modules/config/fields/hours";
import type { AutoscaledFleet, FleetConfig } from "../../modules/config/fleet";
import type { RunnerConfig } from "../../modules/config/runners";
import { isWarm, WARM_CLOCK, WARM_LABEL, warmDeployment, warmOrder, warmSizes } from "../../modules/contract/warm";
import { ok, problem, type Finding } from "../findings";
import type { KubeObject } from "../kubernetes/objects";
import type { Snapshot } from "./snapshot";

/** The clock of a fleet is up, and each of its sizes has as many placeholders as its hours say. */
export function checkWarm(fleet: FleetConfig, snapshot: Snapshot, now = new Date()): Finding[] {
  if (!isWarm(fleet)) return [];
  const subject = `clock of fleet ${fleet.name}`;
  const clock = of(snapshot, fleet, WARM_CLOCK);
  const ready = Number(clock?.status?.readyReplicas ?? 0);
  const hours = warmSizes(fleet).map((runner) => size(fleet, runner, snapshot, now));
  if (clock === undefined) return [problem(subject, `Deployment ${WARM_CLOCK} is not in namespace ${fleet.namespace}: apply the dagger stack`), ...hours];
  if (ready === 0) return [problem(subject, `not ready, so hours begin and end unseen: kubectl -n ${fleet.namespace} describe deployment ${WARM_CLOCK}`), ...hours];
  return [ok(subject, "running"), ...hours];
}

function size(fleet: AutoscaledFleet, runner: RunnerConfig, snapshot: Snapshot, now: Date): Finding {
  const name = warmDeployment(runner);
  const subject = `warm runners ${runner.name} of fleet ${fleet.name}`;
  const deployment = of(snapshot, fleet, name);
  if (deployment === undefined) return problem(subject, `Deployment ${name} is not in namespace ${fleet.namespace}: apply the dagger stack`);
  const pods = (snapshot.pods ?? []).filter(({ metadata, status }) => metadata.namespace === fleet.namespace && status?.phase !== "Succeeded" && status?.phase !== "Failed");
  const count = (labels: Readonly<Record<string, string>>) =>
    pods.filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)).length;
  const order = warmOrder(fleet, runner);
  const wanted = keptAt(order, count(order.pods), now);
  const replicas = Number(deployment.spec?.replicas ?? 1);
  const there = pods.filter(({ metadata, spec }) => metadata.labels?.[WARM_LABEL] === runner.name && spec?.nodeName !== undefined).length;
  // A runner may have come or gone since the clock looked.
  if (Math.abs(replicas - wanted) > CAME_OR_WENT) return problem(subject, `${replicas} are kept, by its hours it is ${wanted} now: kubectl -n ${fleet.namespace} logs deployment/${WARM_CLOCK}`);
  if (wantedAt(runner.warm, now) === 0) return ok(subject, "none by its hours now");
  return ok(subject, there < replicas ? `${there} of ${replicas}, nodes for the others are on their way` : `${there} of ${replicas}`);
}

const CAME_OR_WENT = 2;

const of = ({ deployments }: Snapshot, { namespace }: FleetConfig, name: string): KubeObject | undefined =>
  deployments?.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
