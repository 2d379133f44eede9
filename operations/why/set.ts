import { ADDONS } from "../../modules/contract/addons";
import { runnerDeploymentName } from "../../modules/contract/runner-names";
import type { FleetConfig } from "../../modules/config/fleet";
import { mostRunners, type RunnerConfig } from "../../modules/config/runners";
import { listenerNamespace } from "../jobs/read";
import { conditionOf } from "../jobs/kinds";
import { RUNNER_DEPLOYMENT_LABEL, SCALE_SET_LABEL } from "../jobs/runners";
import { podReason, quoted, type Known, type Reason } from "./reason";

/** A set of runners. */
export interface RunnerSetOf {
  readonly fleet: FleetConfig;
  readonly size: RunnerConfig;
}

/** Why a set makes no runner for a job; nothing where it can. */
export const setReason = (set: RunnerSetOf, known: Known): Promise<Reason | undefined> =>
  set.size.kind === "scale-set" ? scaleSetReason(set, known) : Promise.resolve(deploymentReason(set, known));

async function scaleSetReason({ fleet, size }: RunnerSetOf, known: Known): Promise<Reason | undefined> {
  const { seen } = known;
  const set = seen.runnerSets.find(({ metadata }) => metadata.namespace === fleet.namespace && metadata.name === size.runsOn);
  if (set === undefined) {
    return {
      why: `there is no runner set ${size.runsOn} in namespace ${fleet.namespace}`,
      todo: "Apply the dagger stack. If Helm says that its release is deployed, the controller deleted it for its version: terraform apply -replace its release.",
    };
  }
  if (set.status?.phase === "Outdated") {
    return {
      why: "GitHub refused its runners: their version is too old, and ARC has stopped the set (phase Outdated)",
      todo: "Renew versions.runnerImage and apply the dagger stack.",
    };
  }
  return controllerReason("arc", known) ?? (await listenerReason(size.runsOn, fleet, known)) ?? countReason({ fleet, size }, known);
}

/** Why the controller of a kind of ARC does nothing, where this installation has it. */
function controllerReason(addon: "arc" | "summerwind", { seen }: Known): Reason | undefined {
  const { namespace, deployments, title } = ADDONS[addon];
  const down = seen.deployments.find(({ metadata, status }) => metadata.namespace === namespace && deployments.includes(metadata.name) && (status?.readyReplicas ?? 0) === 0);
  return down && { why: `no pod of ${title}'s controller is ready`, todo: `kubectl -n ${namespace} describe deployment ${down.metadata.name}` };
}

/** What a listener says before it ends (cmd/ghalistener of ARC). */
const LISTENER_ENDS = /Application returned an error: (.*)/;

/** A set lives through its listener. */
async function listenerReason(runsOn: string, fleet: FleetConfig, known: Known): Promise<Reason | undefined> {
  const { seen, config, logged } = known;
  const namespace = listenerNamespace(config);
  const listener = seen.listeners.find(({ spec }) => spec?.autoscalingRunnerSetName === runsOn && spec.autoscalingRunnerSetNamespace === fleet.namespace);
  const pod = listener && seen.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === listener.metadata.name);
  if (pod === undefined) {
    const error = await controllerError(runsOn, known);
    const log = `kubectl -n ${namespace} logs -l app.kubernetes.io/component=controller-manager --tail=100`;
    return {
      why: `its listener ${listener === undefined ? "is missing" : "has no pod"}, so nobody asks GitHub for its jobs${error === "" ? "" : `; ARC says: ${error}`}`,
      todo: `${credentials(error)}ARC's log: ${log}`,
    };
  }
  const status = pod.status?.containerStatuses?.[0]?.state;
  if (pod.status?.phase === "Running" && status?.terminated === undefined && status?.waiting === undefined) return undefined;
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") {
    return { why: `its listener has no node: ${quoted(scheduled.message)}`, todo: "The support nodes have no room, or are not there: kubectl get nodes" };
  }
  const events = seen.events.filter(({ involvedObject }) => involvedObject.uid === pod.metadata.uid);
  const reason = podReason(pod, events);
  const error = quoted(await logged([pod], "listener", LISTENER_ENDS));
  if (error !== "") return { why: `its listener ends with an error: ${error}`, todo: `${credentials(error)}docs/troubleshooting.md has a list of what listeners say.` };
  return {
    why: `its listener does not run: ${reason?.why ?? `its pod is ${String(pod.status?.phase)}`}`,
    todo: reason?.todo ?? `kubectl -n ${namespace} describe pod ${pod.metadata.name}`,
  };
}

/** The last error in the log of ARC's controller that names something of a set. */
export async function controllerError(name: string, { seen, config, logged }: Known): Promise<string> {
  const controllers = seen.pods.filter(({ metadata }) => metadata.namespace === listenerNamespace(config) && metadata.labels?.["app.kubernetes.io/component"] === "controller-manager");
  return quoted(await logged(controllers, "manager", new RegExp(`${name}.*"error":\\s*"((?:[^"\\\\]|\\\\.)*)"`)));
}

/** What GitHub's refusals mean. */
export function credentials(error: string): string {
  if (/\b40[13]\b|nauthorized|Forbidden|Bad credentials/.test(error)) return "GitHub's credentials are wrong, or the App is not installed for this organisation or lacks a permission: npm run doctor looks. ";
  if (/\b409\b|Conflict/.test(error)) return "The session of its predecessor is open for some minutes: wait; if it stays, another cluster has a set of this name. ";
  return "";
}

function countReason({ fleet, size }: RunnerSetOf, { seen, config }: Known): Reason | undefined {
  const ofSet = ({ metadata }: { readonly metadata: { readonly namespace?: string | undefined; readonly labels?: Readonly<Record<string, string>> } }) =>
    metadata.namespace === fleet.namespace && metadata.labels?.[SCALE_SET_LABEL] === size.runsOn;
  const wanted = Math.max(0, ...seen.ephemeralRunnerSets.filter(ofSet).map(({ spec }) => spec?.replicas ?? 0));
  const runners = seen.ephemeralRunners.filter(ofSet).length;
  const most = mostRunners(size);
  if (runners >= most) {
    return full(most, "max of the size");
  }
  if (wanted > runners) {
    return {
      why: `ARC is to make ${wanted} runners and has made ${runners}`,
      todo: `It makes them within seconds: ask again. If it stays, the controller is stuck: kubectl -n ${listenerNamespace(config)} rollout restart deployment`,
    };
  }
  return undefined;
}

function deploymentReason({ fleet, size }: RunnerSetOf, known: Known): Reason | undefined {
  if (size.kind !== "runner-deployment") return undefined;
  const { seen } = known;
  const name = runnerDeploymentName(size);
  const deployment = seen.runnerDeployments.find(({ metadata }) => metadata.namespace === fleet.namespace && metadata.name === name);
  if (deployment === undefined) return { why: `there is no RunnerDeployment ${name} in namespace ${fleet.namespace}`, todo: "Apply the dagger stack: npm run deploy -- dagger" };
  const down = controllerReason("summerwind", known);
  if (down !== undefined) return down;
  const most = mostRunners(size);
  if (most === 0) return { why: "its scaling is fixed at 0 runners, as in the guide", todo: "Give the size scaling: {max: …}." };
  const runners = seen.runners.filter(({ metadata }) => metadata.namespace === fleet.namespace && metadata.labels?.[RUNNER_DEPLOYMENT_LABEL] === name).length;
  return runners >= most ? full(most, "scaling.max") : undefined;
}

const full = (most: number, setting: string): Reason => ({
  why: most === 1 ? "the one runner that it may have is there" : `all ${most} runners that it may have are there`,
  todo: `Wait until one ends, or raise ${setting}.`,
});
