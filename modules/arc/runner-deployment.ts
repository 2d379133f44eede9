import { isGuest } from "../config/cluster";
import { seconds } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import { runsOnLabels, type RunnerDeploymentRunner } from "../config/runners";
import type { GithubConfig } from "../config/github";
import type { Config } from "../config/schema";
import { engineWait } from "../runner/engine-wait";
import { DAGGER_GID, fleetContract, RUNNER_NODE_KEY } from "../contract/fleet-contract";
import { DO_NOT_DISRUPT, runnerEnvironment, runnerIdentity, runnerMetadata, runnerResources, runnerVolumes } from "../runner/runner-pod";
import { GITHUB_SECRET } from "../cdktf/secrets";
import { githubOf } from "../contract/github";
import { isObject } from "../config/objects";
import { mergeTemplate } from "../contract/pod-template";
import { RUNNER_CONTAINER, runnerDeploymentName, runnerImage, SOCKET_VOLUME } from "../contract/runner-names";
import { image, pullSecrets } from "../contract/sources";

const API_VERSION = "actions.summerwind.dev/v1alpha1";

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
  const own = runnerVolumes(runner);
  const metadata = runnerMetadata(runner, runner.doNotDisrupt ? DO_NOT_DISRUPT : {});
  const template = {
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    spec: {
      ...registration(githubOf(config, fleet)),
      ...ownCredentials(config, fleet),
      ...(runner.runnerGroup === undefined ? {} : { group: runner.runnerGroup }),
      labels: runsOnLabels(runner),
      image: image(config, runnerImage(config, runner)),
      dockerEnabled: runner.docker,
      ...(runner.docker ? { dockerdWithinRunnerContainer: true, dockerdContainerResources: {}, ...dockerdSettings(runner) } : {}),
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  anywhere
                    ? { key: RUNNER_NODE_KEY, operator: "Exists" }
                    : { key: RUNNER_NODE_KEY, operator: "In", values: [fleet.inCluster] },
                ],
              },
            ],
          },
        },
      },
      tolerations: [
        anywhere ? { key: RUNNER_NODE_KEY, operator: "Exists", effect: contract.taint.effect } : contract.toleration,
      ],
      resources: runnerResources(runner),
      ...runnerIdentity(runner),
      ...pullSecrets(config),
      securityContext: { fsGroup: DAGGER_GID, fsGroupChangePolicy: "OnRootMismatch" },
      env: [...runnerEnvironment(config, fleet, runner), ...graceEnvironment(fleet, runner)],
      ...(runner.finishJobs ? { terminationGracePeriodSeconds: seconds(fleet.nodes.terminationGracePeriod) } : {}),
      ...(wait ? { initContainers: [wait.initContainer] } : {}),
      volumeMounts: [
        { name: SOCKET_VOLUME, mountPath: contract.socketMountPath },
        ...(wait ? [wait.cliMount] : []),
        ...own.volumeMounts,
      ],
      volumes: [
        { name: SOCKET_VOLUME, hostPath: { path: contract.socketDirectory } },
        ...(wait ? [wait.cliVolume] : []),
        ...own.volumes,
      ],
    },
  };
  return {
    apiVersion: API_VERSION,
    kind: "RunnerDeployment",
    metadata: { name: runnerDeploymentName(runner), namespace: fleet.namespace, ...(runner.finishJobs ? RUNNERS_FIRST : {}) },
    spec: {
      replicas: runner.scaling.mode === "fixed" ? runner.scaling.replicas : runner.scaling.min,
      template: runner.podTemplate === undefined ? template : mergeTemplate(template, asRunnerTemplate(runner.podTemplate)),
    },
  };
}

/**
 * A part of a pod template in the shape of a RunnerDeployment's: what the runner's container has stands in the spec itself, and
 * other containers are sidecars there.
 */
function asRunnerTemplate({ spec, ...rest }: Readonly<Record<string, unknown>>): object {
  if (!isObject(spec)) return rest;
  const { containers, ...ofPod } = spec;
  const all = Array.isArray(containers) ? containers.filter(isObject) : [];
  const { name: _, ...ofRunner } = all.find(({ name }) => name === RUNNER_CONTAINER) ?? {};
  const sidecarContainers = all.filter(({ name }) => name !== RUNNER_CONTAINER);
  return { ...rest, spec: { ...ofPod, ...ofRunner, ...(sidecarContainers.length > 0 ? { sidecarContainers } : {}) } };
}

/**
 * The autoscaler of a RunnerDeployment, or nothing where its size is fixed. What counts queued runs can start from
 * none, and asks GitHub once a minute; what counts busy runners needs at least one to begin with.
 */
export function runnerAutoscaler(config: Config, fleet: FleetConfig, runner: RunnerDeploymentRunner) {
  const { scaling } = runner;
  const github = githubOf(config, fleet);
  if (scaling.mode === "fixed") return undefined;
  const ofRepository = github.repository === undefined ? [] : [github.repository.replace(/^.*\//, "")];
  const repositoryNames = scaling.repositories.length > 0 ? scaling.repositories : ofRepository;
  return {
    apiVersion: API_VERSION,
    kind: "HorizontalRunnerAutoscaler",
    metadata: { name: runnerDeploymentName(runner), namespace: fleet.namespace },
    spec: {
      ...ownCredentials(config, fleet),
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
const registration = ({ organization, repository, enterprise }: GithubConfig) => ({
  ...(organization === undefined ? {} : { organization }),
  ...(repository === undefined ? {} : { repository }),
  ...(enterprise === undefined ? {} : { enterprise }),
});

/** The controller has the credentials of the installation that it came with; those of other fleets are in their namespaces. */
const ownCredentials = ({ cluster }: Config, { github }: FleetConfig) => (github === undefined && !isGuest(cluster) ? {} : { githubAPICredentialsFrom: { secretRef: { name: GITHUB_SECRET } } });

/** What dockerd inside the runner's container is told, by the image's own variables. */
const dockerdSettings = ({ dockerd: { mtu, registryMirrors } }: RunnerDeploymentRunner) => ({
  ...(mtu === undefined ? {} : { dockerMTU: mtu }),
  ...(registryMirrors[0] === undefined ? {} : { dockerRegistryMirror: registryMirrors[0] }),
});

/** The summerwind image's own way to let a job end: shorter than the pod's grace, or it would be cut in the middle. */
const graceEnvironment = (fleet: FleetConfig, runner: RunnerDeploymentRunner) =>
  runner.finishJobs
    ? [{ name: "RUNNER_GRACEFUL_STOP_TIMEOUT", value: String(seconds(fleet.nodes.terminationGracePeriod) - 20) }]
    : [];
