import { versions } from "../facts/versions";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { PROXY_VARIABLES } from "./proxy";
import { fleetContract, RUNNER_HOST_VARIABLE } from "./fleet-contract";

/** The container of a runner pod in which jobs run; ARC finds it by this name. */
export const RUNNER_CONTAINER = "runner";
/** Its init containers: the one that brings the CLI, and those of Docker. */
export const CLI_CONTAINER = "dagger-cli";
export const DOCKER_CONTAINER = "docker";
export const DOCKER_EXTERNALS = "docker-externals";

export const SOCKET_VOLUME = "dagger-socket";
export const CLI_VOLUME = "dagger-cli";
export const DOCKER_VOLUMES = { work: "work", socket: "docker-socket", externals: DOCKER_EXTERNALS } as const;

export const CLI_PATH = "/usr/local/bin/dagger";
const HOME = "/home/runner";
export const DOCKER_PATHS = {
  work: `${HOME}/_work`,
  /** Apart from /var/run: that is /run, where the engine's socket is mounted. */
  socket: "/docker",
  externals: `${HOME}/externals`,
} as const;

/** Name of the RunnerDeployment of a size, as in Dagger's guide. */
export const runnerDeploymentName = ({ name }: Pick<RunnerConfig, "name">) => `dagger-runner-deployment-${name}`;
/** Secret with the variables of a size that come from AWS Secrets Manager. */
export const environmentSecret = ({ name }: Pick<RunnerConfig, "name">): string => `${name}-environment`;
/** Service account of a size that has one of its own, or that it names. */
export const serviceAccountName = ({ name, serviceAccount }: Pick<RunnerConfig, "name" | "serviceAccount">): string | undefined =>
  serviceAccount?.mode === "existing" ? serviceAccount.name : serviceAccount && `${name}-runner`;

/** The image of a size's runners, at its home. */
export function runnerImage({ versions: chosen }: Pick<Config, "versions">, runner: RunnerConfig): string {
  if (runner.image !== undefined) return runner.image;
  if (runner.kind === "scale-set") return chosen.runnerImage;
  return runner.docker ? versions.summerwindDindImage : versions.summerwindRunnerImage;
}

type Setting = Partial<Pick<Config, "daggerCloud" | "proxy" | "telemetry">>;

/** Variables of a runner that the project or ARC sets, so that nobody else can. */
export function reservedVariables({ daggerCloud, proxy, telemetry }: Setting, runner: RunnerConfig): string[] {
  const deployment = runner.kind === "runner-deployment";
  return [
    RUNNER_HOST_VARIABLE,
    ...(daggerCloud ? ["DAGGER_CLOUD_TOKEN"] : []),
    ...(telemetry ? ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS"] : []),
    ...(proxy ? PROXY_VARIABLES : []),
    ...(hasDockerSidecar(runner) ? ["DOCKER_HOST", "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS"] : []),
    ...(deployment ? ["RUNNER_GRACEFUL_STOP_TIMEOUT", "RUNNER_NAME", "RUNNER_TOKEN", "RUNNER_ORG", "RUNNER_REPO", "RUNNER_LABELS"] : ["ACTIONS_RUNNER_INPUT_JITCONFIG"]),
  ];
}

/** Whether dockerd runs beside the runner; in a runner deployment it runs inside its container. */
export const hasDockerSidecar = ({ kind, docker }: Pick<RunnerConfig, "kind" | "docker">): boolean => docker && kind === "scale-set";

/** Names of volumes that a pod of this size has already, by the project or by ARC. */
export const reservedVolumes = (runner: RunnerConfig): string[] => [
  SOCKET_VOLUME,
  CLI_VOLUME,
  ...(runner.kind === "runner-deployment" ? ["runner", "work", "var-run", "certs-client", "docker-sock", "var-lib-docker"] : []),
  ...(hasDockerSidecar(runner) ? Object.values(DOCKER_VOLUMES) : []),
];

/** Whether a volume at this path would hide what the runner needs, or lie where the project mounts something. */
export function hidesRunner(fleet: Pick<FleetConfig, "name" | "inCluster" | "dagger">, runner: RunnerConfig, path: string): boolean {
  const docker = hasDockerSidecar(runner);
  const at = `${path.replace(/\/$/, "")}/`;
  const inside = (outer: string, inner: string) => inner.startsWith(outer);
  const ours = [fleetContract(fleet).socketMountPath, "/var/run", CLI_PATH, ...(docker ? [DOCKER_PATHS.socket, DOCKER_PATHS.externals] : [])];
  // Inside these, others have room.
  const around = [HOME, ...(docker ? [DOCKER_PATHS.work] : [])];
  return ours.some((path) => inside(at, `${path}/`) || inside(`${path}/`, at)) || around.some((path) => inside(at, `${path}/`));
}
