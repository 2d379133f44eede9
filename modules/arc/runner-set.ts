import type { Config } from "../config/schema";
import type { FleetConfig, RunnerConfig } from "../config/fleet";
import { runnerPod } from "../dagger/runner-pod";
import type { OutputsOf } from "../outputs";
import { supportPlacement } from "../support-contract";

/** Name of the Kubernetes Secret with GitHub's credentials, in each fleet's namespace. */
export const GITHUB_SECRET = "github-credentials";

/** Where runners register: GitHub's URL of the organisation or repository. */
export const githubUrl = ({ organization, repository }: Config["github"]) =>
  `https://github.com/${organization ?? repository}`;

/** Values of chart gha-runner-scale-set: one runner size. */
export function runnerSetValues(
  config: Config,
  fleet: FleetConfig,
  runner: RunnerConfig,
  addons: Pick<OutputsOf<"addons">, "arc_namespace" | "arc_service_account">,
) {
  return {
    githubConfigUrl: githubUrl(config.github),
    githubConfigSecret: GITHUB_SECRET,
    runnerScaleSetName: runner.runsOn,
    minRunners: runner.min,
    maxRunners: runner.max,
    // Without it the chart looks the controller up in the cluster, which a plan cannot do.
    controllerServiceAccount: { namespace: addons.arc_namespace, name: addons.arc_service_account },
    template: runnerPod(fleet, runner, config.versions.runnerImage),
    // The listener is the set's whole intake: it stays on support nodes. It inherits nothing from the controller.
    listenerTemplate: {
      spec: {
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
