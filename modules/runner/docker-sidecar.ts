import type { Config } from "../config/schema";
import { proxyEnvironment } from "../contract/proxy";
import { image } from "../contract/sources";
import { versions } from "../facts/versions";
import { DAGGER_GID } from "../contract/fleet-contract";

/** Docker's socket, apart from /var/run: that is /run, where the engine's socket is mounted. */
const SOCKET_DIRECTORY = "/docker";
const EXTERNALS = "/home/runner/externals";
const WORK = "/home/runner/_work";

/**
 * Docker beside a runner, for jobs that call it themselves: a sidecar that starts before the runner and stops after it.
 * It shares the work folder and the runner's tools, which container actions mount. ARC's own mode for this pins no image.
 */
export function dockerSidecar(config: Config) {
  const socket = `unix://${SOCKET_DIRECTORY}/docker.sock`;
  const work = { name: "work", mountPath: WORK };
  const dockerSocket = { name: "docker-socket", mountPath: SOCKET_DIRECTORY };
  const externals = (mountPath: string) => ({ name: "docker-externals", mountPath });
  return {
    initContainers: [
      {
        name: "docker-externals",
        image: image(config, config.versions.runnerImage),
        command: ["cp", "-r", `${EXTERNALS}/.`, "/externals"],
        volumeMounts: [externals("/externals")],
      },
      {
        name: "docker",
        image: image(config, versions.dockerImage),
        args: ["dockerd", `--host=${socket}`, `--group=${DAGGER_GID}`],
        ...(config.proxy ? { env: proxyEnvironment(config) } : {}),
        restartPolicy: "Always",
        securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0 },
        startupProbe: {
          exec: { command: ["docker", "--host", socket, "info"] },
          periodSeconds: 5,
          timeoutSeconds: 5,
          failureThreshold: 24,
        },
        volumeMounts: [work, dockerSocket, externals(EXTERNALS)],
      },
    ],
    environment: [
      { name: "DOCKER_HOST", value: socket },
      { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
    ],
    volumeMounts: [work, dockerSocket, externals(EXTERNALS)],
    volumes: ["work", "docker-socket", "docker-externals"].map((name) => ({ name, emptyDir: {} })),
  };
}
