import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { minimal, resources, scenario, synthesize, valuesOf } from "../../support/project";

/** Two fleets, so that a value meant for one and given to the other is seen. */
const { stacks } = synthesize(
  minimal(`fleets:
  - {name: blue, runners: [{cpu: 2, memory: 8Gi, max: 5}, {cpu: 4, memory: 16Gi, max: 5}]}
  - {name: green, dagger: 0.21.8, runners: [{cpu: 2, memory: 8Gi, max: 5}]}
`),
);

interface PodSpec {
  nodeSelector: Record<string, string>;
  tolerations: Record<string, string>[];
  volumes: { name: string; hostPath?: { path: string; type: string } }[];
  securityContext: { runAsGroup: number; fsGroup: number };
  initContainers: { image: string; volumeMounts: object[]; env: object[] }[];
  containers: { name: string; volumeMounts: { name: string; mountPath: string }[]; env: object[] }[];
}
interface EngineValues {
  fullnameOverride: string;
  engine: {
    image: { ref: string };
    nodeSelector: Record<string, string>;
    tolerations: Record<string, string>[];
    hostPath: { dataVolume: { enabled: boolean }; runVolume: { enabled: boolean } };
    volumes: { name: string; hostPath: { path: string; type: string } }[];
    volumeMounts: { name: string; mountPath: string; subPath: string }[];
  };
}

const releases = resources(stacks.dagger, "helm_release");
const engineOf = (fleet: string) =>
  valuesOf(releases.find((r) => r.chart === "dagger-helm" && r.namespace === `dagger-${fleet}`)!) as unknown as EngineValues;
const runnersOf = (fleet: string) =>
  releases
    .filter((r) => r.chart === "gha-runner-scale-set" && r.namespace === `dagger-${fleet}`)
    .map((r) => (valuesOf(r) as unknown as { template: { spec: PodSpec } }).template.spec);
interface Manifest<Spec> {
  kind: string;
  metadata: { name: string };
  spec: Spec;
}
const manifestOf = <Spec>(kind: string, fleet: string) =>
  resources(stacks.dagger, "kubernetes_manifest")
    .map((r) => r.manifest as Manifest<Spec>)
    .find((manifest) => manifest.kind === kind && manifest.metadata.name === fleet)!;
interface NodePoolSpec {
  template: { metadata: { labels: object }; spec: { taints: object[]; nodeClassRef: { name: string } } };
}

describe.each(["blue", "green"])("fleet %s", (fleet) => {
  const label = { "actions-runner": fleet };
  const toleration = { key: "actions-runner", operator: "Equal", value: fleet, effect: "NoSchedule" };

  test("its nodes carry the label and the taint of the guide, with the fleet's name", () => {
    const { metadata, spec } = manifestOf<NodePoolSpec>("NodePool", fleet).spec.template;
    expect(metadata.labels).toEqual(label);
    expect(spec.taints).toEqual([{ key: "actions-runner", value: fleet, effect: "NoSchedule" }]);
    expect(spec.nodeClassRef.name).toBe(fleet);
  });

  test("engine and runners select that label and tolerate that taint, and no other fleet's", () => {
    const { engine } = engineOf(fleet);
    const runners = runnersOf(fleet);
    expect(runners).toHaveLength(fleet === "blue" ? 2 : 1);
    for (const pod of [engine, ...runners]) expect(pod.nodeSelector).toEqual(label);
    for (const pod of runners) expect(pod.tolerations).toEqual([toleration]);
    // Besides, only the engine may come while a node is still joining, so that it has its place before the runners.
    expect(engine.tolerations).toEqual([
      toleration,
      { key: "karpenter.sh/unregistered", operator: "Exists", effect: "NoExecute" },
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoSchedule" },
    ]);
  });

  test("the socket directory that runners mount is the one that the chart makes", () => {
    const { fullnameOverride, engine } = engineOf(fleet);
    expect(engine.hostPath.runVolume.enabled).toBe(true);
    const madeByChart = `/run/dagger-${fullnameOverride}`;
    for (const pod of runnersOf(fleet)) {
      const socket = pod.volumes.find((volume) => volume.hostPath)!;
      expect(socket.hostPath!.path).toBe(madeByChart);
      const runner = pod.containers.find((container) => container.name === "runner")!;
      for (const container of [runner, ...pod.initContainers]) {
        expect(container.volumeMounts).toContainEqual({ name: socket.name, mountPath: "/run/dagger" });
        expect(container.env).toContainEqual({
          name: "_EXPERIMENTAL_DAGGER_RUNNER_HOST",
          value: "unix:///run/dagger/engine.sock",
        });
      }
      expect(pod.securityContext).toMatchObject({ runAsGroup: 1001, fsGroup: 1001 });
    }
  });

  test("the cache lies under the RAID mount, and the engine does not start without it", () => {
    const { engine } = engineOf(fleet);
    expect(engine.hostPath.dataVolume.enabled).toBe(false);
    const mount = engine.volumeMounts.find(({ mountPath }) => mountPath === "/var/lib/dagger")!;
    const volume = engine.volumes.find(({ name }) => name === mount.name)!;
    expect(volume.hostPath).toEqual({ path: "/mnt/k8s-disks/0", type: "Directory" });
    expect(mount.subPath).toBe("dagger");
    const nodeClass = manifestOf<{ instanceStorePolicy: string }>("EC2NodeClass", fleet);
    expect(nodeClass.spec.instanceStorePolicy).toBe("RAID0");
  });

  test("the CLI that runners get comes out of the engine's own image", () => {
    for (const pod of runnersOf(fleet)) expect(pod.initContainers[0]!.image).toBe(engineOf(fleet).engine.image.ref);
  });
});

test("nothing else may run on runner nodes: no other toleration names their taint or accepts all taints", () => {
  const { stacks: all } = scenario("defaults");
  const found: Record<string, unknown>[] = [];
  const visit = (value: unknown, inTolerations = false): void => {
    if (typeof value === "string") visit(readHelmValues(value));
    else if (Array.isArray(value)) for (const item of value) visit(item, inTolerations);
    else if (typeof value === "object" && value !== null) {
      if (inTolerations) found.push(value as Record<string, unknown>);
      for (const [key, item] of Object.entries(value)) visit(item, key === "tolerations");
    }
  };
  for (const stack of ["cluster", "addons", "dagger"] as const) {
    for (const type of ["aws_eks_addon", "helm_release", "kubernetes_manifest"]) {
      visit(resources(all[stack], type));
    }
  }
  const keys = found.map((toleration) => toleration.key);
  // One engine, two runner sizes, and what has their images; the listeners of the sizes and all controllers tolerate support nodes.
  expect(keys.filter((key) => key === "actions-runner")).toHaveLength(4);
  expect(new Set(keys)).toEqual(
    new Set(["actions-runner", "CriticalAddonsOnly", "karpenter.sh/unregistered", "node.kubernetes.io/not-ready"]),
  );
  expect(JSON.stringify(all.cluster)).toContain('\\"tolerateAllTaints\\":false');
});
