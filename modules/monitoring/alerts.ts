import { ARC_NAMESPACE } from "../contract/addons";
import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { fleetContract, RAID_MOUNT } from "../contract/fleet-contract";
import { ofSet } from "./series";

/** One Prometheus alert, as in a PrometheusRule. */
interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  /** What Alertmanager tells alerts of the same name apart by. */
  readonly labels: { readonly severity: "warning" | "critical"; readonly runs_on?: string; readonly fleet?: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** GitHub refuses a runner about 30 days after a newer one came out; three weeks leave time to act. */
const RUNNER_IMAGE_DAYS = 21;

/**
 * Alerts for all fleets. They count on the metrics of ARC's listeners and of Karpenter, and on kube-state-metrics and
 * node-exporter, which come with the Prometheus operator's stack.
 */
export function alerts(config: Config): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "dagger-ci", namespace: config.fleets[0]!.namespace },
    spec: {
      groups: [
        { name: "dagger-ci.general", rules: [runnerImageOld(config), nodeNotInitialized(), cacheDiskFull()] },
        ...config.fleets.map((fleet) => ({
          name: `dagger-ci.fleet.${fleet.name}`,
          rules: [
            ...fleet.runners.filter(({ kind }) => kind === "scale-set").flatMap(({ runsOn }) => scaleSet(runsOn)),
            engineNotReady(fleet),
          ],
        })),
      ],
    },
  };
}

/** What makes jobs queue while everything looks healthy: no listener, or runners that GitHub refuses. */
function scaleSet(runsOn: string): Alert[] {
  return [
    {
      alert: "RunnerListenerMissing",
      expr: `absent(${ofSet("gha_desired_runners", runsOn)})`,
      for: "10m",
      labels: { severity: "critical", runs_on: runsOn },
      annotations: {
        summary: `No listener for ${runsOn}: its jobs queue`,
        description: `Look for an AutoscalingListener of ${runsOn} in ${ARC_NAMESPACE}, and for the phase Outdated of its AutoscalingRunnerSet.`,
      },
    },
    {
      alert: "RunnerJobsNotRunning",
      expr: `max(${ofSet("gha_assigned_jobs", runsOn)}) - max(${ofSet("gha_running_jobs", runsOn)}) > 0`,
      for: "20m",
      labels: { severity: "warning", runs_on: runsOn },
      annotations: {
        summary: `Jobs for ${runsOn} are assigned but do not run`,
        description: "Either nodes do not come (see Karpenter), the engine does not answer, or GitHub refuses the runner's version.",
      },
    },
  ];
}

function runnerImageOld({ versions }: Config): Alert {
  const date = Date.parse(`${versions.runnerImageDate}T00:00:00Z`) / 1000;
  return {
    alert: "RunnerImageOld",
    // A comparison of two numbers is none that Prometheus takes.
    expr: `vector(time() - ${date}) > ${RUNNER_IMAGE_DAYS} * 86400`,
    for: "1h",
    labels: { severity: "warning" },
    annotations: {
      summary: `The runner image was last known to be the newest on ${versions.runnerImageDate}`,
      description: "GitHub refuses old runners, and then jobs queue for ever: renew versions.runnerImage and versions.runnerImageDate.",
    },
  };
}

function nodeNotInitialized(): Alert {
  return {
    alert: "RunnerNodeNotInitialized",
    expr: 'max by (name) (operator_nodeclaim_status_condition_current_status_seconds{type="Initialized",status!="True"}) > 900',
    for: "1m",
    labels: { severity: "warning" },
    annotations: {
      summary: "NodeClaim {{ $labels.name }} is not initialized after 15 minutes",
      description: "Karpenter never removes such a node by itself. Look at the node's conditions and at its system log.",
    },
  };
}

/** Only runner nodes have this mount. */
function cacheDiskFull(): Alert {
  const filesystem = (what: string) => `node_filesystem_${what}_bytes{mountpoint="${RAID_MOUNT}"}`;
  return {
    alert: "EngineCacheDiskFull",
    expr: `1 - ${filesystem("avail")} / ${filesystem("size")} > 0.8`,
    for: "10m",
    labels: { severity: "warning" },
    annotations: {
      summary: "The cache disk of runner node {{ $labels.instance }} is over 80 % full",
      description: "At 85 % Kubernetes deletes images, at 90 % it evicts pods. Replace the node, or lower the engine's cache size.",
    },
  };
}

function engineNotReady(fleet: FleetConfig): Alert {
  const daemonset = fleetContract(fleet).engineDaemonSet;
  return {
    alert: "EngineNotReady",
    expr: `kube_daemonset_status_number_unavailable{namespace="${fleet.namespace}",daemonset="${daemonset}"} > 0`,
    for: "15m",
    labels: { severity: "critical", fleet: fleet.name },
    annotations: {
      summary: `A Dagger Engine of fleet ${fleet.name} is not ready`,
      description: `Look at the pods of DaemonSet ${daemonset} in ${fleet.namespace}; runners on their nodes wait and then fail.`,
    },
  };
}
