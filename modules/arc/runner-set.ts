import type { Config } from "../config/schema";
import type { FleetConfig } from "../config/fleet";
import type { ScaleSetRunner } from "../config/runners";
import { runnerPod } from "../runner/runner-pod";
import { githubOf, githubUrl, SERVER_CERTIFICATE_FILE, SERVER_CERTIFICATE_MAP } from "../contract/github";
import { GITHUB_SECRET, secretRevision } from "../cdktf/secrets";
import type { OutputsOf } from "../contract/outputs";
import { scaleSetProxy } from "../contract/proxy";
import { pullSecrets } from "../contract/sources";
import { supportPlacement } from "../contract/support-contract";

/** Labels by which a set is told apart: as many values as there are sets. Names of jobs and branches have no bound. */
const SET_LABELS = ["name", "namespace"];
const NO_LABELS: readonly string[] = [];
const SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** The listener's metrics, whole: the chart merges nothing into them. */
const LISTENER_METRICS = {
  counters: {
    gha_started_jobs_total: { labels: NO_LABELS },
    gha_completed_jobs_total: { labels: ["job_result"] },
  },
  gauges: Object.fromEntries(
    ["assigned_jobs", "running_jobs", "registered_runners", "busy_runners", "min_runners", "max_runners", "desired_runners", "idle_runners"]
      .map((gauge) => [`gha_${gauge}`, { labels: SET_LABELS }]),
  ),
  histograms: {
    gha_job_startup_duration_seconds: { labels: NO_LABELS, buckets: SECONDS },
    // Its sum is the time of runners that each repository takes, by which cost is shared.
    gha_job_execution_duration_seconds: { labels: ["repository"], buckets: SECONDS },
  },
};

/** The private authority of a GitHub Enterprise Server: mounted and trusted by listener and runner. */
const SERVER_CERTIFICATE = {
  certificateFrom: { configMapKeyRef: { name: SERVER_CERTIFICATE_MAP, key: SERVER_CERTIFICATE_FILE } },
  runnerMountPath: "/usr/local/share/ca-certificates/",
};

/** Values of chart gha-runner-scale-set: one runner size. */
export function runnerSetValues(
  config: Config,
  fleet: FleetConfig,
  runner: ScaleSetRunner,
  addons: Pick<OutputsOf<"addons">, "arc_namespace" | "arc_service_account">,
) {
  const github = githubOf(config, fleet);
  return {
    githubConfigUrl: githubUrl(github),
    ...(github.server?.certificate === undefined ? {} : { githubServerTLS: SERVER_CERTIFICATE }),
    githubConfigSecret: GITHUB_SECRET,
    runnerScaleSetName: runner.runsOn,
    ...(runner.runnerGroup === undefined ? {} : { runnerGroup: runner.runnerGroup }),
    ...(config.proxy ? { proxy: scaleSetProxy(config, config.proxy) } : {}),
    minRunners: runner.min,
    maxRunners: runner.max,
    // Without it the chart looks the controller up in the cluster, which a plan cannot do.
    controllerServiceAccount: { namespace: addons.arc_namespace, name: addons.arc_service_account },
    template: runnerPod(config, fleet, runner),
    listenerMetrics: LISTENER_METRICS,
    // The listener is the set's whole intake: it stays on support nodes. It inherits nothing from the controller.
    listenerTemplate: {
      // A listener reads the credentials once, at its start: a new revision of the secret makes a new listener.
      metadata: { annotations: secretRevision(github) },
      spec: {
        ...pullSecrets(config),
        ...supportPlacement(config),
        priorityClassName: "system-cluster-critical",
        terminationGracePeriodSeconds: 60,
        containers: [
          { name: "listener", resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } } },
        ],
      },
    },
  };
}
