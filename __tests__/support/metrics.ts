/** A metric as whoever exports it names it. */
export interface Metric {
  readonly labels: readonly string[];
  /** A histogram has series `_bucket` with `le`, `_sum` and `_count`. */
  readonly histogram?: true;
}

/** Labels that Prometheus gives to what it scrapes from pods (the operator's PodMonitor and ServiceMonitor). */
export const TARGET_LABELS = ["job", "instance", "namespace", "pod", "container", "endpoint"];

const metrics = (names: readonly string[], labels: readonly string[]): Record<string, Metric> => Object.fromEntries(names.map((name) => [name, { labels }]));
const POD = ["namespace", "pod", "uid"];
/** The well-known labels of nodes, without what is before the slash, and three more (pkg/controllers/metrics/node of Karpenter). */
const NODE = ["nodepool", "instance_type", "capacity_type", "zone", "region", "arch", "os", "instance_family", "instance_cpu", "node_name", "phase", "managed"];
const CONDITION = ["namespace", "name", "type", "status", "reason"];

/** Every metric that dashboard and alerts ask for, with its labels, by the source that exports it. */
export const METRICS: Readonly<Record<string, Metric>> = {
  // cmd/ghalistener/metrics/metrics.go of ARC 0.14.2; the labels are those that modules/arc/runner-set.ts asks for.
  ...metrics(["gha_assigned_jobs", "gha_running_jobs", "gha_registered_runners", "gha_busy_runners", "gha_idle_runners", "gha_desired_runners"], ["name", "namespace"]),
  gha_completed_jobs_total: { labels: ["job_result"] },
  gha_job_startup_duration_seconds: { labels: [], histogram: true },
  gha_job_execution_duration_seconds: { labels: ["repository"], histogram: true },

  // pkg/controllers/metrics of Karpenter 1.14.1's core: node, nodepool; pkg/metrics.
  ...metrics(["karpenter_nodes_allocatable", "karpenter_nodes_total_pod_requests", "karpenter_nodes_total_daemon_requests"], [...NODE, "resource_type"]),
  karpenter_nodes_current_lifetime_seconds: { labels: NODE },
  karpenter_nodepools_cost_total: { labels: ["nodepool"] },
  ...metrics(["karpenter_nodepools_usage", "karpenter_nodepools_limit"], ["nodepool", "resource_type"]),
  karpenter_nodeclaims_created_total: { labels: ["nodepool", "reason", "min_values_relaxed"] },
  karpenter_nodeclaims_terminated_total: { labels: ["nodepool", "capacity_type", "zone"] },
  // status/metrics.go of awslabs/operatorpkg, which Karpenter has.
  operator_nodeclaim_status_condition_current_status_seconds: { labels: [...CONDITION, "karpenter_sh_nodepool"] },
  operator_nodeclaim_status_condition_transition_seconds: { labels: ["type", "status", "karpenter_sh_nodepool"], histogram: true },

  // docs/metrics/workload of kube-state-metrics 2.20.
  ...metrics(["kube_pod_created", "kube_pod_status_scheduled_time", "kube_pod_status_initialized_time", "kube_pod_status_ready_time"], POD),
  kube_pod_status_scheduled: { labels: [...POD, "condition"] },
  kube_pod_container_resource_requests: { labels: [...POD, "resource", "unit", "container", "node"] },
  kube_pod_init_container_status_running: { labels: [...POD, "container"] },
  ...metrics(["kube_daemonset_status_number_ready", "kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_number_unavailable"], ["namespace", "daemonset"]),

  // collector/filesystem_common.go and collector/pressure_linux.go of node_exporter 1.12.
  ...metrics(["node_filesystem_avail_bytes", "node_filesystem_size_bytes"], ["device", "mountpoint", "fstype", "device_error"]),
  node_pressure_cpu_waiting_seconds_total: { labels: [] },

  // cmd/engine/metrics.go of Dagger 0.21.8.
  ...metrics(["dagger_connected_clients", "dagger_local_cache_total_disk_size_bytes", "dagger_local_cache_entries"], []),

  // Prometheus itself makes it of alerts, with their labels.
  ALERTS: { labels: ["alertname", "alertstate", "severity", "runs_on", "fleet", "name"] },
};
