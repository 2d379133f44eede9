import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { at, listAt } from "../plan-json";
import { releaseValues } from "./release-values";
import { changes, gone, number, spec, type Meaning } from "./meaning";

const RUNNERS_AT_MOST = { jobs: "more than these wait", cost: "no more than these are paid at once" };
const RUNNERS_ON = { cost: "they keep nodes on day and night" };
const sizes = (name: string) => (side: unknown) => at(releaseValues(side), name);
const requests = (side: unknown): string => {
  const runner = listAt(releaseValues(side), "template", "spec", "containers").find((container) => at(container, "name") === "runner");
  const [cpu, memory] = ["cpu", "memory"].map((name) => at(runner, "resources", "requests", name));
  return cpu === undefined && memory === undefined ? "" : `${String(cpu)} CPU and ${String(memory)}`;
};

/** What changes of runner sets, engines and what watches them mean. */
export const RUNNERS: readonly Meaning[] = [
  {
    of: "chart gha-runner-scale-set",
    change: "replaced",
    match: (changed, all) => changed.kind === "replace" && gone(changed, all),
    title: "Runner set made anew",
    means: { jobs: "running ones end first; new ones queue until it is back" },
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`minRunners` above 0",
    match: (changed, all) => number("higher", sizes("minRunners"))(changed, all),
    title: "Runners that wait for jobs",
    weight: "note",
    means: RUNNERS_ON,
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`maxRunners`",
    match: (changed, all) => number("higher", sizes("maxRunners"), " jobs at once")(changed, all) || number("lower", sizes("maxRunners"), " jobs at once")(changed, all),
    title: "Cost bound",
    weight: "note",
    means: RUNNERS_AT_MOST,
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`runnerGroup`",
    match: changes(/^values\.runnerGroup$/),
    title: "Another runner group",
    means: { reach: "only repositories that the new group lets in may use these runners; jobs of others queue for ever" },
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`template`: the runner's requests",
    match: ({ kind, change }) => {
      const [before, after] = [change.before, change.after].map((side) => requests(side));
      return kind === "change" && before !== "" && after !== "" && before !== after && `${before} to ${after}`;
    },
    title: "Jobs get another size",
    weight: "note",
    means: { jobs: "running ones end as they are", cost: "fewer or more of them fit on a node" },
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`githubConfigUrl`",
    match: changes(/^values\.githubConfigUrl$/),
    title: "Runners register elsewhere",
    means: { jobs: "those of the old place that ask for these runners queue for ever", reach: "whoever writes workflows in the new place runs them here" },
  },
  {
    of: "chart gha-runner-scale-set",
    change: "`DAGGER_CLOUD_TOKEN` new",
    match: ({ kind }, { paths }) => kind === "change" && paths.some(({ path, before }) => before === "absent" && path.includes("env[DAGGER_CLOUD_TOKEN]")),
    title: "Traces go to Dagger Cloud",
    weight: "note",
    means: { reach: "who may look there sees what pipelines do, and their logs" },
  },
  {
    of: "HorizontalRunnerAutoscaler",
    change: "`maxReplicas`",
    match: (changed, all) => number("higher", spec("maxReplicas"), " jobs at once")(changed, all) || number("lower", spec("maxReplicas"), " jobs at once")(changed, all),
    title: "Cost bound",
    weight: "note",
    means: RUNNERS_AT_MOST,
  },
  {
    of: "HorizontalRunnerAutoscaler",
    change: "`minReplicas` higher",
    match: number("higher", spec("minReplicas")),
    title: "Runners that wait for jobs",
    weight: "note",
    means: RUNNERS_ON,
  },
  {
    of: "chart dagger-helm",
    change: "`configJson.gc.maxUsedSpace` lower",
    match: number("lower", (side) => Number(at(readHelmValues(at(releaseValues(side), "engine", "configJson")), "gc", "maxUsedSpace")) / 1e9, " GB"),
    title: "Caches get smaller",
    means: { caches: "each engine throws away what is over its new bound" },
  },
  {
    of: "chart dagger-helm",
    change: "`configJson.security`: pipelines may not ask for root capabilities",
    match: ({ kind }, { paths }) => kind === "change" && paths.some(({ path, after }) => path.endsWith(".insecureRootCapabilities") && typeof after === "object" && after.value === false),
    title: "Pipelines lose rights",
    means: { jobs: "those whose pipelines ask for root capabilities or host networking fail" },
  },
  {
    of: "RunnerDeployment",
    change: "destroyed, replaced",
    match: gone,
    title: "Runner deployment goes",
    means: { jobs: "its runners go, each after its running job as long as their grace period lasts; new ones queue until other runners have the name" },
  },
  {
    of: "PrometheusRule",
    change: "destroyed",
    match: gone,
    title: "Alerts stop",
    means: { evidence: "nobody is told any more when jobs queue, engines fail or credentials run out" },
  },
  {
    of: "kubernetes_priority_class_v1",
    change: "destroyed, replaced",
    match: gone,
    title: "Engines' priority goes",
    means: { jobs: "an engine that restarts meanwhile may find no room on its node, and its jobs none to talk to" },
  },
];
