import type { Config } from "../config/schema";
import { grafanaDashboard, type Panel, type Row } from "./grafana";
import { selectors } from "./series";

type Selectors = ReturnType<typeof selectors>;

/** Of a scale set's objects the name that a workflow writes in `runs-on`. */
const bySize = (expr: string, label: "name" | "pod", ending: string) => `label_replace(${expr}, "runs_on", "$1", "${label}", "(.+)${ending}")`;
const ofSets = (expr: string) => bySize(expr, "name", "-[^-]+");
const ofListeners = (expr: string) => bySize(expr, "pod", "-[0-9a-f]+-listener");

const quantiles = (bucket: string, by: string) =>
  [0.5, 0.95].map((q) => ({ expr: `histogram_quantile(${q}, sum by (le${by && `, ${by}`}) (${bucket}))`, legend: `${by ? `{{${by}}}, ` : ""}${q * 100} %` }));

/** What the installation does, on one page: the ways of jobs from the queue to the bill, and the alerts. */
export function dashboard(config: Config): object {
  const of = selectors(config);
  const rows: Row[] = [
    { title: "Alerts", panels: [alerts()] },
    ...(of.sets === "" ? [] : [{ title: "Queue", panels: queue(of) }]),
    { title: "Start-up path", panels: startUp(of) },
    { title: "Engines and their cache", panels: engines(of) },
    ...(of.seeds === "" ? [] : [{ title: "Seeds", panels: seeds(of) }]),
    { title: "Nodes and cost", panels: cost(of) },
  ];
  return grafanaDashboard({ uid: `dagger-${config.name}`, title: `Dagger CI: ${config.name}`, rows: rows.filter(({ panels }) => panels.length > 0) });
}

const alerts = (): Panel => ({
  title: "Alerts now",
  description: "Alerts of this project that are pending or firing. Empty is good. docs/troubleshooting.md says what to do.",
  unit: "short",
  kind: "table",
  width: 24,
  queries: [{ expr: 'max by (alertname, alertstate, severity, runs_on, fleet, name, instance) (ALERTS{alertname=~"Runner.+|Engine.+"})', legend: "{{alertname}}" }],
});

const queue = ({ sets, listeners }: Selectors): Panel[] => [
  {
    title: "Jobs that wait",
    description: "Jobs that GitHub has assigned to a size and that do not run yet.",
    unit: "short",
    queries: [{ expr: ofSets(`gha_assigned_jobs{${sets}} - gha_running_jobs{${sets}}`), legend: "{{runs_on}}" }],
  },
  {
    title: "Time in the queue",
    description: "From a job's assignment to its size until a runner takes it, as ARC's listener measures it.",
    unit: "s",
    queries: quantiles(ofListeners(`rate(gha_job_startup_duration_seconds_bucket{${listeners}}[$__rate_interval])`), "runs_on"),
  },
  {
    title: "Runners",
    description: "Runners registered with GitHub that run a job, and that idle.",
    unit: "short",
    queries: [
      { expr: ofSets(`gha_busy_runners{${sets}}`), legend: "{{runs_on}} busy" },
      { expr: ofSets(`gha_idle_runners{${sets}}`), legend: "{{runs_on}} idle" },
    ],
  },
  {
    title: "Jobs that ended, an hour",
    description: "By their result.",
    unit: "short",
    queries: [{ expr: `sum by (job_result) (rate(gha_completed_jobs_total{${listeners}}[$__rate_interval])) * 3600`, legend: "{{job_result}}" }],
  },
  {
    title: "Time of jobs",
    description: "How long jobs run. An engine counts no hits of its cache, so a colder cache shows here first: as longer jobs of the same size.",
    unit: "s",
    queries: quantiles(ofListeners(`rate(gha_job_execution_duration_seconds_bucket{${listeners}}[$__rate_interval])`), "runs_on"),
  },
  {
    title: "Runner-hours by repository",
    description: "Hours that jobs took, in the time that the page shows.",
    unit: "h",
    kind: "table",
    queries: [{ expr: `sort_desc(sum by (repository) (increase(gha_job_execution_duration_seconds_sum{${listeners}}[$__range])) / 3600)`, legend: "{{repository}}" }],
  },
];

const startUp = ({ runners, nodePools }: Selectors): Panel[] => [
  ...(runners === ""
    ? []
    : [
        {
          title: "Runner pods, step by step",
          description: "Of the runner pods that there are, the slower ones: until a node was there for them, until their engine answered, until their image was pulled and they ran.",
          unit: "s" as const,
          queries: [
            { expr: `quantile(0.95, kube_pod_status_scheduled_time{${runners}} - kube_pod_created{${runners}})`, legend: "until a node" },
            { expr: `quantile(0.95, kube_pod_status_initialized_time{${runners}} - kube_pod_status_scheduled_time{${runners}})`, legend: "until its engine answers" },
            { expr: `quantile(0.95, kube_pod_status_ready_time{${runners}} - kube_pod_status_initialized_time{${runners}})`, legend: "until it runs" },
          ],
        },
        {
          title: "Runner pods without a node",
          description: "How many wait for one.",
          unit: "short" as const,
          queries: [{ expr: `sum(kube_pod_status_scheduled{${runners}, condition="false"})`, legend: "pods" }],
        },
      ]),
  ...(nodePools === ""
    ? []
    : [
        {
          title: "Nodes, from the claim on",
          description: "Of node claims of the whole cluster, from their making: EC2 launched it, the kubelet registered it, it was initialized and takes runners.",
          unit: "s" as const,
          queries: [{ expr: 'histogram_quantile(0.95, sum by (le, type) (rate(operator_nodeclaim_status_condition_transition_seconds_bucket{type=~"Launched|Registered|Initialized", status="Unknown"}[1h])))', legend: "{{type}}" }],
        },
        {
          title: "Node claims made and ended, an hour",
          description: "Many of both with few jobs: nodes.idleAfter is short for how jobs come.",
          unit: "short" as const,
          queries: [
            { expr: `sum by (nodepool) (rate(karpenter_nodeclaims_created_total{${nodePools}}[$__rate_interval])) * 3600`, legend: "{{nodepool}} made" },
            { expr: `sum by (nodepool) (rate(karpenter_nodeclaims_terminated_total{${nodePools}}[$__rate_interval])) * 3600`, legend: "{{nodepool}} ended" },
          ],
        },
      ]),
];

const engines = ({ engines: daemonSets, enginePods, cacheDisks }: Selectors): Panel[] => [
  {
    title: "Engines",
    description: "Engines that answer, of those that there should be: one on each runner node.",
    unit: "short",
    queries: [
      { expr: `sum by (daemonset) (kube_daemonset_status_number_ready{${daemonSets}})`, legend: "{{daemonset}} ready" },
      { expr: `sum by (daemonset) (kube_daemonset_status_desired_number_scheduled{${daemonSets}})`, legend: "{{daemonset}} wanted" },
    ],
  },
  {
    title: "Clients of an engine",
    description: "Dagger sessions that each engine serves at once.",
    unit: "short",
    queries: [{ expr: `max by (pod) (dagger_connected_clients{${enginePods}})`, legend: "{{pod}}" }],
  },
  {
    title: "Size of caches",
    description: "What each engine's cache takes of its disk. A new line that starts low is a cold cache.",
    unit: "bytes",
    queries: [{ expr: `max by (pod) (dagger_local_cache_total_disk_size_bytes{${enginePods}})`, legend: "{{pod}}" }],
  },
  {
    title: "Entries of caches",
    description: "What each engine remembers, on its disk.",
    unit: "short",
    queries: [{ expr: `max by (pod) (dagger_local_cache_entries{${enginePods}})`, legend: "{{pod}}" }],
  },
  {
    title: "Cache disks in use",
    description: "Share of the NVMe disks. Above 85 % Kubernetes deletes images, above 90 % it evicts pods.",
    unit: "percentunit",
    queries: [{ expr: `1 - node_filesystem_avail_bytes{${cacheDisks}} / node_filesystem_size_bytes{${cacheDisks}}`, legend: "{{instance}}" }],
  },
  {
    title: "Waiting for CPU",
    description: "Share of time in which something on a runner node waits for a CPU. Long above a half: too many jobs for one engine.",
    unit: "percentunit",
    queries: [{ expr: `rate(node_pressure_cpu_waiting_seconds_total[$__rate_interval]) and on (instance) node_filesystem_size_bytes{${cacheDisks}}`, legend: "{{instance}}" }],
  },
];

const seeds = ({ seeds: pods }: Selectors): Panel[] => [
  {
    title: "Time to restore a seed",
    description: "Of the nodes that there are, from the start of the pod that restores until its cache was in place and its engine let in.",
    unit: "s",
    width: 12,
    queries: [{ expr: `max by (namespace) (kube_pod_status_initialized_time{${pods}} - kube_pod_status_scheduled_time{${pods}})`, legend: "{{namespace}}" }],
  },
  {
    title: "Nodes that restore now",
    description: "Their engines wait for it, at most seed.restoreWithin.",
    unit: "short",
    width: 12,
    queries: [{ expr: `sum by (namespace) (kube_pod_init_container_status_running{${pods}, container="restore"})`, legend: "{{namespace}}" }],
  },
];

/** Of the CPU that nodes have beside DaemonSets, the engine among them: what pods asked for. */
const USED = (pools: string) =>
  `(sum by (nodepool) (karpenter_nodes_total_pod_requests{${pools}, resource_type="cpu"}) - sum by (nodepool) (karpenter_nodes_total_daemon_requests{${pools}, resource_type="cpu"})) / ` +
  `(sum by (nodepool) (karpenter_nodes_allocatable{${pools}, resource_type="cpu"}) - sum by (nodepool) (karpenter_nodes_total_daemon_requests{${pools}, resource_type="cpu"}))`;

const cost = ({ nodePools }: Selectors): Panel[] =>
  nodePools === ""
    ? []
    : [
        {
          title: "Nodes",
          description: "By instance type and how they were bought.",
          unit: "short",
          queries: [{ expr: `count by (nodepool, instance_type, capacity_type) (karpenter_nodes_current_lifetime_seconds{${nodePools}})`, legend: "{{nodepool}} {{instance_type}} {{capacity_type}}" }],
        },
        {
          title: "Dollars an hour",
          description: "What Karpenter reckons for the nodes that there are, spot at its price. Disks, traffic and discounts are not in it.",
          unit: "currencyUSD",
          queries: [{ expr: `sum by (nodepool) (karpenter_nodepools_cost_total{${nodePools}})`, legend: "{{nodepool}}" }],
        },
        {
          title: "Dollars in this time",
          description: "The same, summed over the time that the page shows.",
          unit: "currencyUSD",
          kind: "stat",
          queries: [{ expr: `sum by (nodepool) (sum_over_time(karpenter_nodepools_cost_total{${nodePools}}[$__range:5m])) / 12`, legend: "{{nodepool}}" }],
        },
        {
          title: "CPU that runners asked for",
          description: "Of what nodes have beside engines and DaemonSets. The rest is paid for and idle.",
          unit: "percentunit",
          queries: [{ expr: USED(nodePools), legend: "{{nodepool}}" }],
        },
        {
          title: "vCPUs of the limit",
          description: "What nodes.vcpuLimit allows, and what is used of it. At the limit jobs wait.",
          unit: "short",
          queries: [
            { expr: `sum by (nodepool) (karpenter_nodepools_usage{${nodePools}, resource_type="cpu"})`, legend: "{{nodepool}} used" },
            { expr: `sum by (nodepool) (karpenter_nodepools_limit{${nodePools}, resource_type="cpu"})`, legend: "{{nodepool}} limit" },
          ],
        },
      ];
