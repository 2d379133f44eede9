import { CERTIFICATE_IN_YAML } from "../../support/certificate";
import { parseConfig } from "../../../modules/load-config";
import { engineConfig } from "../../../modules/dagger/engine-config";
import { engineValues } from "../../../modules/dagger/engine-values";
import { minimal } from "../../support/project";


interface Engine {
  configJson?: string;
  env: { name: string; value: string }[];
  affinity?: unknown;
  nodeSelector?: unknown;
  terminationGracePeriodSeconds: number;
  lifecycle?: { preStop: { exec: { command: string[] } } };
  readinessProbeSettings: object;
  livenessProbeSettings?: { exec?: null; terminationGracePeriodSeconds: number };
  containerPorts?: unknown;
  hostPath?: { dataVolume: { enabled: boolean } };
  resources: { requests: Record<string, string> };
  volumes?: { name: string }[];
  volumeMounts?: { mountPath: string; subPath: string }[];
}
const engine = (fleet: string, more = "") => {
  const config = parseConfig(minimal(`fleets: [{name: main, ${fleet}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]\n${more}`));
  const fleetConfig = config.fleets[0]!;
  return { fleet: fleetConfig, values: engineValues(config, fleetConfig), engine: engineValues(config, fleetConfig).engine as unknown as Engine };
};

test("cache sizes are bytes from the smallest disk that the fleet's nodes may have", () => {
  // m6id.2xlarge and larger: the smallest has 474 GB.
  const { fleet } = engine("nodes: {families: [m6id]}");
  expect(engineConfig(fleet)).toMatchObject({
    gc: { enabled: true, maxUsedSpace: 308e9, reservedSpace: 77e9, minFreeSpace: "20%" },
  });
  expect(engine("nodes: {families: [m6id]}").engine.resources.requests["ephemeral-storage"]).toBe("308G");
});

test("engine.json has only keys that the fleet's version knows: another would stop the engine", () => {
  const mirrors = (version: string) => engineConfig({ ...engine("engine: {registryMirrors: {docker.io: [m.example]}}").fleet, dagger: version });
  expect(mirrors("0.21.9")).toMatchObject({ registries: { "docker.io": { mirrors: ["m.example"] } } });
  expect(() => mirrors("0.18.19")).toThrow(new Error("engine.json of Dagger 0.18.19 has no key registries"));
});

test("an engine may take its drain, a minute to end what still runs, and five more to write its cache", () => {
  const { engine: values } = engine("engine: {drainTimeout: 30m}");
  expect(values.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30 * 60 + 60 + 300);
  expect(values.livenessProbeSettings!.terminationGracePeriodSeconds).toBe(values.terminationGracePeriodSeconds);
});

test("readiness asks the cheap question where the chart allows another than its own", () => {
  expect(engine("dagger: 0.20.4").engine.readinessProbeSettings).toHaveProperty("exec");
  expect(engine("dagger: 0.20.3").engine.readinessProbeSettings).not.toHaveProperty("exec");
});

test("the probes of a busy engine do not kill it: liveness asks for metrics, half an hour long, where the chart allows it", () => {
  expect(engine("dagger: 0.21.9").engine.livenessProbeSettings).toMatchObject({ exec: null, httpGet: { port: 9090 }, failureThreshold: 30, periodSeconds: 60 });
  expect(engine("dagger: 0.20.3").engine.livenessProbeSettings).not.toHaveProperty("exec");
  expect(engine("dagger: 0.19.10").engine.livenessProbeSettings).toBeUndefined();
});

test("private certificate authorities are files of their own, since the engine writes into their directory", () => {
  const { engine: values } = engine(`engine: {certificates: {corp: "${CERTIFICATE_IN_YAML}", lab: "${CERTIFICATE_IN_YAML}"}}`);
  expect(values.volumeMounts).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ mountPath: "/usr/local/share/ca-certificates/corp.crt", subPath: "corp.crt" }),
      expect.objectContaining({ mountPath: "/usr/local/share/ca-certificates/lab.crt", subPath: "lab.crt" }),
    ]),
  );
});

test("a proxy reaches the engine, but not what is inside the VPC", () => {
  const { engine: values } = engine("dagger: 0.21.9", "proxy: {https: http://proxy.acme.example:3128, noProxy: [.acme.example]}");
  expect(values.env).toContainEqual({ name: "https_proxy", value: "http://proxy.acme.example:3128" });
  const direct = values.env.find(({ name }) => name === "no_proxy")!.value.split(",");
  expect(direct).toEqual(expect.arrayContaining([".svc", "169.254.169.254", "172.20.0.0/16", "10.0.0.0/16", ".acme.example"]));
});

test("an engine of the old charts has what they know: affinity instead of a selector, its cache on the root disk", () => {
  const { engine: old } = engine("dagger: 0.16.3, engine: {cache: root-disk}");
  expect(old).not.toHaveProperty("nodeSelector");
  expect(old.affinity).toMatchObject({ nodeAffinity: {} });
  expect(old.configJson).toBeUndefined();
  expect(old.resources.requests).not.toHaveProperty("ephemeral-storage");
});

test("Dagger Cloud's cache goes to the engines that have it, by a secret of its own", () => {
  const { values } = engine("dagger: 0.18.14, sharedCache: true", "daggerCloud: {secret: cloud}");
  expect(values).toMatchObject({ magicache: { enabled: true, secretName: "dagger-cloud-cache" } });
});
