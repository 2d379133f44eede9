import type { RunnerConfig } from "../config/runners";
import type { Config } from "../config/schema";
import { proxyEnvironment } from "../contract/proxy";
import { image } from "../contract/sources";
import { versions } from "../facts/versions";
import { DOCKER_CONTAINER, DOCKER_EXTERNALS, DOCKER_PATHS, DOCKER_VOLUMES, runnerImage } from "../contract/runner-names";
import { DAGGER_GID } from "../contract/fleet-contract";
import { containerResources } from "./resources";

/**
 * Docker beside a runner, for jobs that call it themselves: a sidecar that starts before the runner and stops after it.
 * It shares the work folder and the runner's tools, which container actions mount. ARC's own mode for this pins no image.
 */
export function dockerSidecar(config: Config, runner: RunnerConfig) {
  const { dockerd } = runner;
  const socket = `unix://${DOCKER_PATHS.socket}/docker.sock`;
  const resources = containerResources(dockerd);
  const work = { name: DOCKER_VOLUMES.work, mountPath: DOCKER_PATHS.work };
  const dockerSocket = { name: DOCKER_VOLUMES.socket, mountPath: DOCKER_PATHS.socket };
  const externals = (mountPath: string) => ({ name: DOCKER_VOLUMES.externals, mountPath });
  return {
    initContainers: [
      {
        name: DOCKER_EXTERNALS,
        image: image(config, runnerImage(config, runner)),
        command: ["cp", "-r", `${DOCKER_PATHS.externals}/.`, "/externals"],
        volumeMounts: [externals("/externals")],
      },
      {
        name: DOCKER_CONTAINER,
        image: image(config, versions.dockerImage),
        args: ["dockerd", `--host=${socket}`, `--group=${DAGGER_GID}`, ...dockerdArguments(runner)],
        ...(resources === undefined ? {} : { resources }),
        ...(config.proxy ? { env: proxyEnvironment(config) } : {}),
        restartPolicy: "Always",
        securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0 },
        startupProbe: {
          exec: { command: ["docker", "--host", socket, "info"] },
          periodSeconds: 5,
          timeoutSeconds: 5,
          failureThreshold: 24,
        },
        volumeMounts: [work, dockerSocket, externals(DOCKER_PATHS.externals)],
      },
    ],
    environment: [
      { name: "DOCKER_HOST", value: socket },
      { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
    ],
    volumeMounts: [work, dockerSocket, externals(DOCKER_PATHS.externals)],
    volumes: Object.values(DOCKER_VOLUMES).map((name) => ({ name, emptyDir: {} })),
  };
}

/** What dockerd is told besides. Networks that jobs make take the MTU from the default of bridges, not from `--mtu`. */
const dockerdArguments = ({ dockerd: { registryMirrors, mtu } }: RunnerConfig): string[] => [
  ...registryMirrors.map((url) => `--registry-mirror=${url}`),
  ...(mtu === undefined ? [] : [`--mtu=${mtu}`, `--default-network-opt=bridge=com.docker.network.driver.mtu=${mtu}`]),
];
