import type { Config } from "../../modules/config/schema";
import { fleetContract, RAID_MOUNT } from "../../modules/contract/fleet-contract";

/** A series as `promtool test rules` takes it: one value a minute. */
export interface Series {
  readonly series: string;
  readonly values: string;
}

const one = (name: string, labels: Readonly<Record<string, string>>, values: string): Series => ({
  series: `${name}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(",")}}`,
  values,
});
/** Buckets of a histogram that grow by one a minute from a bound on. */
const histogram = (name: string, labels: Readonly<Record<string, string>>, minutes: number): Series[] => [
  ...["30", "60", "120", "+Inf"].map((le) => one(`${name}_bucket`, { ...labels, le }, `0+1x${minutes}`)),
  one(`${name}_sum`, labels, `0+25x${minutes}`),
  one(`${name}_count`, labels, `0+1x${minutes}`),
];

/** How a cluster is: what its series say for so many minutes. */
export interface State {
  readonly minutes: number;
  /** Jobs assigned and running, engines that do not answer, share of cache disks that is free; seconds of a node claim without a node. */
  readonly assigned: number;
  readonly running: number;
  readonly enginesDown: number;
  readonly diskFree: number;
  readonly claimWaits: number;
  readonly listeners: boolean;
}

/** Every series that the dashboard and the alerts ask for, as the exporters would have them scraped. */
export function clusterSeries(config: Config, { minutes, assigned, running, enginesDown, diskFree, claimWaits, listeners }: State): Series[] {
  const always = (value: number) => `${value}x${minutes}`;
  const grows = `0+1x${minutes}`;
  const start = 1_700_000_000;
  return [
    ...config.fleets.flatMap((fleet) => {
      const { namespace, inCluster } = fleet;
      const node = { nodepool: inCluster, instance_type: "m6id.2xlarge", capacity_type: "on-demand", zone: "eu-west-1a", node_name: `${inCluster}-node` };
      const resource = { ...node, resource_type: "cpu" };
      const engine = { namespace, daemonset: fleetContract(fleet).engineDaemonSet };
      const enginePod = { namespace, pod: `${fleet.name}-engine-x7k2p`, job: "engines" };
      const seedPod = { namespace, pod: "cache-seed-x7k2p" };
      return [
        one("karpenter_nodes_current_lifetime_seconds", node, `60+60x${minutes}`),
        one("karpenter_nodes_allocatable", resource, always(8)),
        one("karpenter_nodes_total_pod_requests", resource, always(6)),
        one("karpenter_nodes_total_daemon_requests", resource, always(2)),
        one("karpenter_nodepools_cost_total", { nodepool: inCluster }, always(0.53)),
        one("karpenter_nodepools_usage", { nodepool: inCluster, resource_type: "cpu" }, always(8)),
        one("karpenter_nodepools_limit", { nodepool: inCluster, resource_type: "cpu" }, always(256)),
        one("karpenter_nodeclaims_created_total", { nodepool: inCluster, reason: "provisioning", min_values_relaxed: "false" }, grows),
        one("karpenter_nodeclaims_terminated_total", { nodepool: inCluster, capacity_type: "on-demand", zone: "eu-west-1a" }, grows),
        one("kube_daemonset_status_number_ready", engine, always(1 - enginesDown)),
        one("kube_daemonset_status_desired_number_scheduled", engine, always(1)),
        one("kube_daemonset_status_number_unavailable", engine, always(enginesDown)),
        one("dagger_connected_clients", enginePod, always(2)),
        one("dagger_local_cache_total_disk_size_bytes", enginePod, always(1e10)),
        one("dagger_local_cache_entries", enginePod, always(900)),
        one("kube_pod_status_scheduled_time", seedPod, always(start)),
        one("kube_pod_status_initialized_time", seedPod, always(start + 40)),
        one("kube_pod_init_container_status_running", { ...seedPod, container: "restore" }, always(0)),
        ...fleet.runners.flatMap(({ runsOn }) => {
          const set = { name: `${runsOn}-x7k2p`, exported_namespace: namespace, namespace: "arc-systems", pod: `${runsOn}-6cd58d58-listener` };
          const listener = { namespace: "arc-systems", pod: set.pod };
          const runner = { namespace, pod: `${runsOn}-x7k2p-runner-7bqdf` };
          return [
            ...(listeners
              ? [
                  one("gha_assigned_jobs", set, always(assigned)),
                  one("gha_running_jobs", set, always(running)),
                  one("gha_desired_runners", set, always(assigned)),
                  one("gha_busy_runners", set, always(running)),
                  one("gha_idle_runners", set, always(0)),
                ]
              : []),
            one("gha_completed_jobs_total", { ...listener, job_result: "succeeded" }, grows),
            ...histogram("gha_job_startup_duration_seconds", listener, minutes),
            ...histogram("gha_job_execution_duration_seconds", { ...listener, repository: "api" }, minutes),
            one("kube_pod_container_resource_requests", { ...runner, container: "runner", node: node.node_name, resource: "cpu", unit: "core" }, always(2)),
            one("kube_pod_created", runner, always(start)),
            one("kube_pod_status_scheduled_time", runner, always(start + 45)),
            one("kube_pod_status_initialized_time", runner, always(start + 60)),
            one("kube_pod_status_ready_time", runner, always(start + 75)),
            one("kube_pod_status_scheduled", { ...runner, condition: "false" }, always(1)),
          ];
        }),
      ];
    }),
    ...["Launched", "Registered", "Initialized"].flatMap((type) => histogram("operator_nodeclaim_status_condition_transition_seconds", { type, status: "Unknown" }, minutes)),
    one("operator_nodeclaim_status_condition_current_status_seconds", { name: "main-x7k2p", type: "Initialized", status: "Unknown", reason: "" }, always(claimWaits)),
    one("node_filesystem_size_bytes", { instance: "10.0.0.9:9100", mountpoint: RAID_MOUNT, device: "/dev/md127" }, always(1000)),
    one("node_filesystem_avail_bytes", { instance: "10.0.0.9:9100", mountpoint: RAID_MOUNT, device: "/dev/md127" }, always(1000 * diskFree)),
    one("node_pressure_cpu_waiting_seconds_total", { instance: "10.0.0.9:9100" }, `0+6x${minutes}`),
  ];
}
