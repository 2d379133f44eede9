// The engine's DaemonSet as chart dagger-helm 0.21 renders it (template engine-daemonset.yaml), for the values that the
// project sets. No helm here: a DaemonSet is what Karpenter and the scheduler see of it.
import type { KubeObject } from "../cluster/objects";

interface Mounted {
  readonly volume: object;
  readonly mount: object;
}
/** As much of the chart's values as the template reads. */
export interface EngineValues {
  readonly fullnameOverride: string;
  readonly engine: {
    readonly kind: string;
    readonly hostPath: {
      readonly dataVolume: { readonly enabled: boolean };
      readonly runVolume: { readonly enabled: boolean };
    };
    readonly image: { readonly ref: string };
    readonly volumes: readonly object[];
    readonly volumeMounts: readonly object[];
    readonly [field: string]: unknown;
  };
}

const command = { exec: { command: ["sh", "-exc", "dagger core version"] }, initialDelaySeconds: 5, successThreshold: 1 };
const DEFAULTS = {
  readinessProbeSettings: { ...command, timeoutSeconds: 14, periodSeconds: 15, failureThreshold: 10 },
  livenessProbeSettings: {
    ...command,
    timeoutSeconds: 29,
    periodSeconds: 30,
    failureThreshold: 20,
    terminationGracePeriodSeconds: 30,
  },
};

/** Helm lays values over the chart's own; null takes one away. */
const probe = (engine: EngineValues["engine"], name: keyof typeof DEFAULTS) =>
  Object.fromEntries(Object.entries<unknown>({ ...DEFAULTS[name], ...(engine[name] as object) }).filter(([, value]) => value !== null));

export function daemonSet({ namespace }: { readonly namespace: string }, { fullnameOverride: fullname, engine }: EngineValues): KubeObject {
  const name = `${fullname}-engine`;
  const { hostPath, volumes, volumeMounts } = engine;
  const directory = (volume: string, mount: string): Mounted => ({
    volume: { name: volume, hostPath: { path: `${mount}-${fullname}` } },
    mount: { name: volume, mountPath: mount },
  });
  const own = [
    ...(hostPath.dataVolume.enabled ? [directory("varlibdagger", "/var/lib/dagger")] : []),
    ...(hostPath.runVolume.enabled ? [directory("varrundagger", "/run/dagger")] : []),
    {
      volume: {
        name: "dagger-engine-config",
        configMap: { name: `${name}-config`, items: [{ key: "engine.json", path: "engine.json" }] },
      },
      mount: { name: "dagger-engine-config", mountPath: "/etc/dagger/engine.json", subPath: "engine.json" },
    },
  ];
  return {
    apiVersion: "apps/v1",
    kind: engine.kind,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels: { name, proof: "engine", fleet: fullname } },
        spec: {
          nodeSelector: engine.nodeSelector,
          tolerations: engine.tolerations,
          securityContext: { runAsUser: 0, runAsGroup: 1001, fsGroup: 1001, fsGroupChangePolicy: "OnRootMismatch" },
          serviceAccountName: "default",
          priorityClassName: engine.priorityClassName,
          containers: [
            {
              name: "dagger-engine",
              image: engine.image.ref,
              imagePullPolicy: "IfNotPresent",
              env: engine.env,
              ports: engine.containerPorts,
              securityContext: { privileged: true, capabilities: { add: ["ALL"] } },
              resources: engine.resources,
              readinessProbe: probe(engine, "readinessProbeSettings"),
              livenessProbe: probe(engine, "livenessProbeSettings"),
              lifecycle: engine.lifecycle,
              volumeMounts: [...own.map(({ mount }) => mount), ...volumeMounts],
            },
          ],
          terminationGracePeriodSeconds: engine.terminationGracePeriodSeconds,
          volumes: [...own.map(({ volume }) => volume), ...volumes],
        },
      },
    },
  };
}
