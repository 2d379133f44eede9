import { atLeast, type FleetConfig } from "../config/fleet";
import type { Config } from "../config/schema";
import { engineProxyEnvironment } from "../contract/proxy";
import { isSeeded, SEED_TAINTS } from "../contract/seed";
import { image, pullSecrets } from "../contract/sources";
import { cacheMaxGb } from "../placement/cache-size";
import { engineConfig } from "./engine-config";
import { drainScript, engineGraceSeconds } from "./engine-drain";
import { askVersion } from "../runner/engine-wait";
import {
  CACHE_SUBPATH,
  ENGINE_DATA_DIRECTORY,
  enginePriorityClass,
  fleetContract,
  NEW_NODE_TOLERATIONS,
  RAID_MOUNT,
  RUNNER_NODE_KEY,
} from "../contract/fleet-contract";

/** Port of the engine's Prometheus metrics. */
export const ENGINE_METRICS_PORT = 9090;
/** ConfigMap with the private certificate authorities of a fleet's engine. */
export const CERTIFICATES_CONFIG_MAP = "trusted-certificates";
/** Secret with the token of Dagger Cloud's cache, in the form that the engine's chart reads. */
export const CLOUD_CACHE_SECRET = "dagger-cloud-cache";
const CLOUD_CACHE_URL = "https://api.dagger.cloud/magicache";

/** Values of the engine's chart, dagger-helm, as far as the chart of the fleet's version knows them. */
export function engineValues(config: Config, fleet: FleetConfig) {
  const { engine, dagger } = fleet;
  const contract = fleetContract(fleet);
  return {
    fullnameOverride: contract.engineName,
    ...(fleet.sharedCache
      ? { magicache: { enabled: true, url: CLOUD_CACHE_URL, secretName: CLOUD_CACHE_SECRET } }
      : {}),
    engine: {
      kind: "DaemonSet",
      image: { ref: image(config, contract.engineImage) },
      env: [
        ...(atLeast(dagger, "0.18.11")
          ? [{ name: "_EXPERIMENTAL_DAGGER_METRICS_ADDR", value: `0.0.0.0:${ENGINE_METRICS_PORT}` }]
          : []),
        ...engineProxyEnvironment(config, fleet),
        ...Object.entries(engine.environment).map(([name, value]) => ({ name, value })),
      ],
      ...(engine.arguments.length > 0 ? { args: engine.arguments } : {}),
      resources: {
        requests: {
          cpu: String(engine.cpu),
          memory: engine.memory,
          // Karpenter knows nothing of host paths: this keeps the cache's room from being given to jobs.
          ...(engine.cache === "nvme" ? { "ephemeral-storage": `${cacheMaxGb(fleet)}G` } : {}),
        },
      },
      ...pullSecrets(config),
      priorityClassName: enginePriorityClass(config),
      tolerations: [contract.toleration, ...(isSeeded(fleet) ? [{ ...SEED_TAINTS.engineFirst, operator: "Exists" }] : []), ...NEW_NODE_TOLERATIONS],
      terminationGracePeriodSeconds: engineGraceSeconds(fleet),
      readinessProbeSettings: readiness(fleet),
      ...(atLeast(dagger, "0.17.0") ? sinceChart017(fleet) : beforeChart017(fleet)),
      ...(atLeast(dagger, "0.19.1")
        ? { containerPorts: [{ name: "metrics", containerPort: ENGINE_METRICS_PORT, protocol: "TCP" }] }
        : {}),
      ...(atLeast(dagger, "0.19.11") ? { livenessProbeSettings: liveness(fleet) } : {}),
    },
  };
}

function sinceChart017(fleet: FleetConfig) {
  const certificates = Object.keys(fleet.engine.certificates);
  const onNvme = fleet.engine.cache === "nvme";
  return {
    configJson: JSON.stringify(engineConfig(fleet)),
    nodeSelector: fleetContract(fleet).nodeLabels,
    lifecycle: { preStop: { exec: { command: ["sh", "-c", drainScript(fleet)] } } },
    // The chart's own volume is on the root disk. Ours is the array itself, and must exist: on a node without it the
    // engine does not start, instead of filling the root disk. With seeds it is the cache's folder, which is there when it
    // is restored.
    hostPath: { dataVolume: { enabled: !onNvme }, runVolume: { enabled: true } },
    volumes: [
      ...(onNvme ? [{ name: "cache", hostPath: { path: isSeeded(fleet) ? `${RAID_MOUNT}/${CACHE_SUBPATH}` : RAID_MOUNT, type: "Directory" } }] : []),
      ...(certificates.length > 0 ? [{ name: "certificates", configMap: { name: CERTIFICATES_CONFIG_MAP } }] : []),
    ],
    volumeMounts: [
      ...(onNvme ? [{ name: "cache", mountPath: ENGINE_DATA_DIRECTORY, ...(isSeeded(fleet) ? {} : { subPath: CACHE_SUBPATH }) }] : []),
      // One file each: the engine writes into the directory, which a whole ConfigMap would make read-only.
      ...certificates.map((name) => ({
        name: "certificates",
        mountPath: `/usr/local/share/ca-certificates/${name}.crt`,
        subPath: `${name}.crt`,
      })),
    ],
  };
}

/** Older charts have no node selector of their own, and none of the rest. */
const beforeChart017 = ({ inCluster }: FleetConfig) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: RUNNER_NODE_KEY, operator: "In", values: [inCluster] }] }],
      },
    },
  },
});

/** Ready when a real client gets an answer. The chart's own question is a heavy one; since 0.20.4 it can be replaced. */
const readiness = ({ dagger }: FleetConfig) => ({
  ...(atLeast(dagger, "0.20.4") ? { exec: { command: ["sh", "-c", askVersion(13)] } } : {}),
  periodSeconds: 15,
  timeoutSeconds: 14,
  failureThreshold: 10,
});

/**
 * A busy engine answers slowly, and one that is killed loses its cache: only a dead one is restarted. The chart would
 * give it 30 s to stop. Its own probe starts a client each time; since 0.20.4 it can be replaced.
 */
const liveness = (fleet: FleetConfig) => ({
  ...(atLeast(fleet.dagger, "0.20.4") ? { exec: null, httpGet: { path: "/metrics", port: ENGINE_METRICS_PORT } } : {}),
  initialDelaySeconds: 60,
  periodSeconds: 60,
  timeoutSeconds: 30,
  failureThreshold: 30,
  terminationGracePeriodSeconds: engineGraceSeconds(fleet),
});
