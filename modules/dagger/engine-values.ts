import type { FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { image } from "../sources";
import {
  CACHE_SUBPATH,
  ENGINE_DATA_DIRECTORY,
  ENGINE_PRIORITY_CLASS,
  fleetContract,
  RAID_MOUNT,
} from "./fleet-contract";

/** Port of the engine's Prometheus metrics. */
export const ENGINE_METRICS_PORT = 9090;

/** How long an engine may take to stop. It needs 300 s to write its cache down; the rest is for its last clients. */
const TERMINATION_GRACE_SECONDS = 900;

/** Values of the engine's chart, dagger-helm. */
export function engineValues(config: Config, fleet: FleetConfig) {
  const { engine } = fleet;
  const contract = fleetContract(fleet);
  return {
    fullnameOverride: contract.engineName,
    engine: {
      kind: "DaemonSet",
      image: { ref: image(config, contract.engineImage) },
      configJson: JSON.stringify(engineConfig()),
      env: [{ name: "_EXPERIMENTAL_DAGGER_METRICS_ADDR", value: `0.0.0.0:${ENGINE_METRICS_PORT}` }],
      containerPorts: [{ name: "metrics", containerPort: ENGINE_METRICS_PORT, protocol: "TCP" }],
      // The chart's own volume is on the root disk. This one is the array itself, and must exist: on a node without
      // it the engine does not start, instead of filling the root disk.
      hostPath: { dataVolume: { enabled: false }, runVolume: { enabled: true } },
      volumes: [{ name: "cache", hostPath: { path: RAID_MOUNT, type: "Directory" } }],
      volumeMounts: [{ name: "cache", mountPath: ENGINE_DATA_DIRECTORY, subPath: CACHE_SUBPATH }],
      resources: { requests: { cpu: String(engine.cpu), memory: engine.memory } },
      priorityClassName: ENGINE_PRIORITY_CLASS.name,
      nodeSelector: contract.nodeLabels,
      tolerations: [contract.toleration],
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      // Ready when a real client gets an answer: that is the chart's own probe, with more patience.
      readinessProbeSettings: { periodSeconds: 15, timeoutSeconds: 14, failureThreshold: 10 },
      // A busy engine answers slowly, and one that is killed loses its cache: only a dead one is restarted. The
      // chart would give it 30 s to stop. Its own probe starts a client each time, which a drain would count.
      livenessProbeSettings: {
        exec: null,
        httpGet: { path: "/metrics", port: ENGINE_METRICS_PORT },
        initialDelaySeconds: 60,
        periodSeconds: 60,
        timeoutSeconds: 30,
        failureThreshold: 30,
        terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      },
    },
  };
}

/** The engine's engine.json. An unknown key stops it from starting. Sizes are shares of the node's array. */
export const engineConfig = () => ({
  logLevel: "info",
  gc: { enabled: true, maxUsedSpace: "70%", minFreeSpace: "20%", reservedSpace: "10%" },
});
