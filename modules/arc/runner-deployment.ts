import { seconds } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import { runsOnLabels, type RunnerDeploymentRunner } from "../config/runners";
import type { Config } from "../config/schema";
import { engineWait } from "../runner/engine-wait";
import { DAGGER_GID, fleetContract, RUNNER_NODE_KEY } from "../contract/fleet-contract";
import { DO_NOT_DISRUPT, runnerEnvironment, runnerRequests } from "../runner/runner-pod";
import { image } from "../contract/sources";
import { versions } from "../facts/versions";

const API_VERSION = "actions.summerwind.dev/v1alpha1";
const SOCKET_VOLUME = "dagger-socket";

/** Name of the RunnerDeployment of a size, as in Dagger's guide. */
export const runnerDeploymentName = ({ name }: RunnerDeploymentRunner) => `dagger-runner-deployment-${name}`;

/**
 * Deletes runners and their pods before the RunnerDeployment itself, which then stands, and Terraform waits, until the
 * last job has ended. Otherwise it would be gone at once, and the engine under its running jobs next.
 */
const RUNNERS_FIRST = { finalizers: ["foregroundDeletion"] };

/**
 * The RunnerDeployment of Dagger's guide. With an autoscaler, `replicas` is only where it begins: without it the
 * controller would start one runner. `placement`, `cli` and `doNotDisrupt` are where this goes beyond the guide.
 */
export function runnerDeployment(config: Config, fleet: FleetConfig, runner: RunnerDeploymentRunner) {
  const contract = fleetContract(fleet);
  const anywhere = runner.placement === "any-runner-node";
  const wait = runner.cli ? engineWait(config, fleet, SOCKET_VOLUME) : undefined;
  return {
    apiVersion: API_VERSION,
    kind: "RunnerDeployment",
    metadata: { name: runnerDeploymentName(runner), namespace: fleet.namespace, ...(runner.finishJobs ? RUNNERS_FIRST : {}) },
    spec: {
      replicas: runner.scaling.mode === "fixed" ? runner.scaling.replicas : runner.scaling.min,
      template: {
        ...(runner.doNotDisrupt ? { metadata: { annotations: DO_NOT_DISRUPT } } : {}),
        spec: {
          ...registration(config),
          ...(runner.runnerGroup === undefined ? {} : { group: runner.runnerGroup }),
          labels: runsOnLabels(runner),
          image: image(config, runner.image ?? defaultImage(runner)),
          dockerEnabled: runner.docker,
          ...(runner.docker ? { dockerdWithinRunnerContainer: true, dockerdContainerResources: {} } : {}),
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      anywhere
                        ? { key: RUNNER_NODE_KEY, operator: "Exists" }
                        : { key: RUNNER_NODE_KEY, operator: "In", values: [fleet.name] },
                    ],
                  },
                ],
              },
            },
          },
          tolerations: [
            anywhere ? { key: RUNNER_NODE_KEY, operator: "Exists", effect: contract.taint.effect } : contract.toleration,
          ],
          resources: runnerRequests(runner),
          securityContext: { fsGroup: DAGGER_GID, fsGroupChangePolicy: "OnRootMismatch" },
          env: [...runnerEnvironment(config, fleet), ...graceEnvironment(fleet, runner)],
          ...(runner.finishJobs ? { terminationGracePeriodSeconds: seconds(fleet.nodes.terminationGracePeriod) } : {}),
          ...(wait ? { initContainers: [wait.initContainer] } : {}),
          volumeMounts: [
            { name: SOCKET_VOLUME, mountPath: contract.socketMountPath },
            ...(wait ? [wait.cliMount] : []),
          ],
          volumes: [
            { name: SOCKET_VOLUME, hostPath: { path: contract.socketDirectory } },
            ...(wait ? [wait.cliVolume] : []),
          ],
        },
      },
    },
  };
}

/**
 * The autoscaler of a RunnerDeployment, or nothing where its size is fixed. What counts queued runs can start from
 * none, and asks GitHub once a minute; what counts busy runners needs at least one to begin with.
 */
export function runnerAutoscaler({ github }: Config, fleet: FleetConfig, runner: RunnerDeploymentRunner) {
  const { scaling } = runner;
  if (scaling.mode === "fixed") return undefined;
  const ofRepository = github.repository === undefined ? [] : [github.repository.replace(/^.*\//, "")];
  const repositoryNames = scaling.repositories.length > 0 ? scaling.repositories : ofRepository;
  return {
    apiVersion: API_VERSION,
    kind: "HorizontalRunnerAutoscaler",
    metadata: { name: runnerDeploymentName(runner), namespace: fleet.namespace },
    spec: {
      scaleTargetRef: { kind: "RunnerDeployment", name: runnerDeploymentName(runner) },
      minReplicas: scaling.min,
      maxReplicas: scaling.max,
      scaleDownDelaySecondsAfterScaleOut: 300,
      metrics: [
        repositoryNames.length > 0
          ? { type: "TotalNumberOfQueuedAndInProgressWorkflowRuns", repositoryNames }
          : {
              type: "PercentageRunnersBusy",
              scaleUpThreshold: "0.75",
              scaleDownThreshold: "0.3",
              scaleUpFactor: "1.4",
              scaleDownFactor: "0.7",
            },
      ],
    },
  };
}

/** Where the runner registers; the one scope that is configured. */
const registration = ({ github: { organization, repository, enterprise } }: Config) => ({
  ...(organization === undefined ? {} : { organization }),
  ...(repository === undefined ? {} : { repository }),
  ...(enterprise === undefined ? {} : { enterprise }),
});

const defaultImage = ({ docker }: RunnerDeploymentRunner) =>
  docker ? versions.summerwindDindImage : versions.summerwindRunnerImage;

/** The summerwind image's own way to let a job end: shorter than the pod's grace, or it would be cut in the middle. */
const graceEnvironment = (fleet: FleetConfig, runner: RunnerDeploymentRunner) =>
  runner.finishJobs
    ? [{ name: "RUNNER_GRACEFUL_STOP_TIMEOUT", value: String(seconds(fleet.nodes.terminationGracePeriod) - 20) }]
    : [];
