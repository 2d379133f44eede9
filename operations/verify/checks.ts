import { runnerDeploymentName } from "../../modules/contract/runner-names";
import type { FleetConfig } from "../../modules/config/fleet";
import type { Config } from "../../modules/config/schema";
import { ADDONS, ARC_NAMESPACE, installedAddons } from "../../modules/contract/addons";
import { RUNNER_NODE_KEY } from "../../modules/contract/fleet-contract";
import { ok, problem, unchecked, type Finding } from "../findings";
import { checkRunnerNodes } from "./runner-nodes";
import type { KubeObject } from "../kubernetes/objects";
import type { Snapshot } from "./snapshot";
import { checkWarm } from "./warm-runners";

/** Holds a cluster against the configuration that it was made from. Pure: all it needs is in the snapshot. */
export function verify(config: Config, snapshot: Snapshot): Finding[] {
  return [
    ...controllers(config, snapshot),
    ...config.fleets.flatMap((fleet) => [
      ...(fleet.nodes.mode === "autoscaled" ? nodeObjects(fleet, snapshot) : persistentNodes(fleet, snapshot)),
      ...checkRunnerNodes(config, fleet, snapshot),
      ...checkWarm(fleet, snapshot),
      ...fleet.runners.flatMap((runner) =>
        runner.kind === "scale-set"
          ? scaleSet(config, fleet, runner.runsOn, snapshot)
          : [named(snapshot.runnerDeployments, fleet.namespace, runnerDeploymentName(runner), `runner deployment ${runner.name}`)],
      ),
    ]),
  ];
}

function controllers(config: Config, snapshot: Snapshot): Finding[] {
  return installedAddons(config).flatMap((addon) => {
    const { namespace, deployments } = ADDONS[addon];
    return deployments.map((name) => deployment(snapshot, namespace, name));
  });
}

function deployment({ deployments }: Snapshot, namespace: string, name: string): Finding {
  const subject = `controller ${name}`;
  const found = find(deployments, namespace, name);
  if (!found) return problem(subject, `not in namespace ${namespace}: apply the addons stack`);
  const wanted = Number(found.spec?.replicas ?? 1);
  const ready = Number(found.status?.readyReplicas ?? 0);
  if (ready >= wanted) return ok(subject, `${ready} of ${wanted} ready`);
  return problem(subject, `${ready} of ${wanted} ready: kubectl -n ${namespace} describe deployment ${name}`);
}

function nodeObjects(fleet: FleetConfig, snapshot: Snapshot): Finding[] {
  return [
    ready(snapshot.nodeClasses, fleet.inCluster, `EC2NodeClass ${fleet.inCluster}`, "ec2nodeclass"),
    ready(snapshot.nodePools, fleet.inCluster, `NodePool ${fleet.inCluster}`, "nodepool"),
  ];
}

function ready(objects: Snapshot["nodePools"], name: string, subject: string, resource: string): Finding {
  if (objects === undefined) return problem(subject, "the cluster does not know this kind: apply the addons stack");
  const found = find(objects, undefined, name);
  if (!found) return problem(subject, "missing: apply the dagger stack");
  if (found.metadata.deletionTimestamp !== undefined) return problem(subject, "is being deleted: it waits for its nodes to go");
  const conditions = (found.status?.conditions ?? []) as { type: string; status: string; message?: string }[];
  const condition = conditions.find(({ type }) => type === "Ready");
  if (condition?.status === "True") return ok(subject, "Ready");
  const reason = condition?.message ?? conditions.find(({ status }) => status === "False")?.message ?? "no reason given";
  return problem(subject, `not Ready (${reason}): kubectl describe ${resource} ${name}`);
}

function persistentNodes(fleet: FleetConfig, { nodes }: Snapshot): Finding[] {
  if (fleet.nodes.mode !== "persistent") return [];
  const subject = `nodes of fleet ${fleet.name}`;
  const found = (nodes ?? []).filter(({ metadata }) => metadata.labels?.[RUNNER_NODE_KEY] === fleet.inCluster).length;
  const { count } = fleet.nodes;
  if (found >= count) return [ok(subject, `${found} of ${count}`)];
  return [problem(subject, `${found} of ${count}: look at the node group in the EKS console`)];
}

/** A set lives through its listener: without one, jobs queue while everything else looks healthy. */
function scaleSet(config: Config, fleet: FleetConfig, runsOn: string, snapshot: Snapshot): Finding[] {
  const subject = `runner set ${runsOn}`;
  const set = find(snapshot.runnerSets, fleet.namespace, runsOn);
  if (!set) {
    return [
      problem(
        subject,
        "missing. If Helm says that its release is deployed, the controller deleted it for its version: " +
          "terraform apply -replace its release in the dagger stack",
      ),
    ];
  }
  return [phase(subject, set), version(config, subject, set), listener(subject, runsOn, snapshot)];
}

function phase(subject: string, set: KubeObject): Finding {
  const value = (set.status?.phase as string | undefined) ?? "";
  if (value === "Outdated") {
    return problem(`${subject}, phase`, "Outdated: GitHub refused the runner's version. Renew versions.runnerImage and apply");
  }
  return value === "" ? unchecked(`${subject}, phase`, "none given yet") : ok(`${subject}, phase`, value);
}

function version({ versions }: Config, subject: string, set: KubeObject): Finding {
  const label = set.metadata.labels?.["app.kubernetes.io/version"];
  if (label === versions.arc) return ok(`${subject}, version`, label);
  return problem(`${subject}, version`, `${label ?? "unknown"}, configured is ${versions.arc}: apply addons and dagger`);
}

function listener(subject: string, runsOn: string, { listeners, pods }: Snapshot): Finding {
  const found = (listeners ?? []).find(({ spec }) => spec?.autoscalingRunnerSetName === runsOn);
  const pod = found && (pods ?? []).find(({ metadata }) => metadata.name === found.metadata.name);
  if (pod?.status?.phase === "Running") return ok(`${subject}, listener`, "running");
  const seen = !found ? "missing" : pod ? `its pod is ${String(pod.status?.phase)}` : "has no pod";
  return problem(`${subject}, listener`, `${seen}, so jobs queue: look at the controller's log in ${ARC_NAMESPACE}`);
}

function named(objects: Snapshot["runnerDeployments"], namespace: string, name: string, subject: string): Finding {
  return find(objects, namespace, name)
    ? ok(subject, "present")
    : problem(subject, `${name} is not in namespace ${namespace}: apply the dagger stack`);
}

const find = (objects: readonly KubeObject[] | undefined, namespace: string | undefined, name: string) =>
  (objects ?? []).find(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
