// The engine's DaemonSet as chart dagger-helm 0.21 renders it (template engine-daemonset.yaml), for the values that the
// project sets. No helm here: a DaemonSet is what Karpenter and the scheduler see of it.

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
const probe = (engine, name) =>
  Object.fromEntries(Object.entries({ ...DEFAULTS[name], ...engine[name] }).filter(([, value]) => value !== null));

export function daemonSet({ namespace }, { fullnameOverride: fullname, engine }) {
  const name = `${fullname}-engine`;
  const { hostPath, volumes, volumeMounts } = engine;
  const directory = (volume, mount) => ({
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
