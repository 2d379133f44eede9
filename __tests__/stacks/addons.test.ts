import { EXISTING, EXISTING_VPC, addonsOf, chartOf, chartReleases, minimal, resource, resources, scenario, synthesize, valuesOf } from "../support/project";
import { snapshotsOf } from "../support/snapshots";

const release = (stack: ReturnType<typeof addonsOf>, chart: string) =>
  resources(stack, "helm_release").find((candidate) => chartOf(candidate) === chart);
const values = (stack: ReturnType<typeof addonsOf>, chart: string) =>
  valuesOf(release(stack, chart)!) as unknown as Record<string, Record<string, unknown>>;

describe("cert-manager", () => {
  test.each([
    ["is left out where nothing needs it", "", false],
    ["comes with ARC's summerwind kind", "addons: {summerwind: install}", true],
    ["comes when asked", "addons: {certManager: install}", true],
    ["is left to a cluster that has it", `addons: {certManager: existing, summerwind: install}\n${EXISTING}`, false],
  ])("%s", (_title, yaml, installed) => {
    expect(release(addonsOf(yaml), "cert-manager") !== undefined).toBe(installed);
  });

  test("has two of each part and a disruption budget on two support nodes, one and none on one", () => {
    const two = values(addonsOf("addons: {certManager: install}"), "cert-manager");
    const one = values(addonsOf("addons: {certManager: install}\ncluster: {supportNodes: {count: 1}}"), "cert-manager");
    expect(two.webhook).toMatchObject({ replicaCount: 2, podDisruptionBudget: { enabled: true } });
    expect(one.webhook!.replicaCount).toBe(1);
    expect(one.webhook).not.toHaveProperty("podDisruptionBudget");
  });

  test("tolerates the support taint in all its four parts", () => {
    const all = values(addonsOf("addons: {certManager: install}"), "cert-manager");
    for (const part of [all, all.webhook, all.cainjector, all.startupapicheck]) {
      expect(part!.tolerations).toEqual([{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }]);
    }
  });
});

describe("Karpenter", () => {
  test("gets its CRDs from their own chart, first, and none from its own", () => {
    const { addons } = scenario("defaults").stacks;
    const controller = release(addons, "karpenter")!;
    expect(controller.skip_crds).toBe(true);
    expect(controller.depends_on).toEqual(["helm_release.karpenter-crd"]);
    expect(release(addons, "karpenter-crd")!.version).toBe(controller.version);
  });

  test("takes feature gates and zonal shift from the configuration", () => {
    const stack = addonsOf("addons: {karpenter: {featureGates: {nodeRepair: true}}}\ncluster: {zonalShift: true}");
    expect(values(stack, "karpenter").settings).toMatchObject({
      enableZonalShift: true,
      featureGates: { nodeRepair: true, staticCapacity: false },
    });
    expect(values(addonsOf(""), "karpenter").settings!.enableZonalShift).toBe(false);
  });

  test("is told its region, since the metadata service is out of its reach", () => {
    expect(values(addonsOf(""), "karpenter").controller!.env).toEqual([{ name: "AWS_REGION", value: "eu-west-1" }]);
  });
});

describe("ARC", () => {
  test("of the new kind has probes, which exist under flags only, and metrics whose labels have a bound", () => {
    const { addons, dagger } = scenario("defaults").stacks;
    expect(values(addons, "gha-runner-scale-set-controller").flags).toMatchObject({
      healthProbeBindAddress: ":8081",
      logLevel: "info",
    });
    const listener = values(dagger, "gha-runner-scale-set").listenerMetrics;
    const labels = [...JSON.stringify(listener).matchAll(/"labels":\[([^\]]*)\]/g)].flatMap(([, list]) => list!.split(","));
    expect(new Set(labels)).toEqual(new Set(["", '"name"', '"namespace"', '"job_result"', '"repository"']));
  });

  test("of either kind follows its chart's CRDs, which Helm itself would never upgrade", () => {
    const { stacks, wrappers } = synthesize(minimal("addons: {summerwind: install}\nversions: {arc: 0.14.1}"));
    for (const chart of ["gha-runner-scale-set-controller", "actions-runner-controller"]) {
      const { skip_crds, take_ownership, dependency_update, version } = release(stacks.addons, chart)!;
      expect({ skip_crds, take_ownership, dependency_update }).toEqual({ skip_crds: true, take_ownership: true, dependency_update: true });
      expect(wrappers[chart]).toMatchObject({ version, dependencies: [{ name: chart, version }] });
    }
    expect(wrappers["gha-runner-scale-set-controller"]!.version).toBe("0.14.1");
  });

  test("of the summerwind kind waits for cert-manager, and starts anew with a new revision of the secret", () => {
    const stack = addonsOf("addons: {summerwind: install}");
    expect(release(stack, "actions-runner-controller")!.depends_on).toContain("helm_release.cert-manager");
    const annotations = (revision: number) =>
      values(
        synthesize(minimal("addons: {summerwind: install}").replace("secret: dagger-ci/github", `secret: s, secretRevision: ${revision}`))
          .stacks.addons,
        "actions-runner-controller",
      ).podAnnotations;
    expect(annotations(1)).not.toEqual(annotations(2));
  });

  test("of the summerwind kind is reached on 9443: support nodes are in the control plane's own security group", () => {
    expect(resource(scenario("defaults").stacks.cluster, "aws_launch_template")).not.toHaveProperty("vpc_security_group_ids");
    const { cluster } = synthesize(
      minimal(
        `addons: {summerwind: install}\n${EXISTING_VPC}\ncluster: {mode: existing, name: platform, supportNodes: {securityGroupId: sg-0123456789abcdef0}}`,
      ),
    ).stacks;
    expect(resource(cluster, "aws_vpc_security_group_ingress_rule")).toMatchObject({
      security_group_id: "sg-0123456789abcdef0",
      from_port: 9443,
      to_port: 9443,
    });
  });

  test("of one kind can be left out, and of the other brought by the cluster", () => {
    const charts = (yaml: string) => chartReleases(addonsOf(yaml)).map(chartOf);
    expect(charts(`addons: {arc: {mode: existing, namespace: arc, serviceAccount: arc, version: 0.14.1}}\n${EXISTING}`)).toEqual([
      "karpenter",
      "karpenter-crd",
    ]);
  });
});

test("with mirrors, no chart and no image comes from anywhere else", () => {
  const { stacks, wrappers } = scenario("both kinds of ARC, from mirrors");
  const text = JSON.stringify([stacks.addons, stacks.dagger]);
  expect(text).not.toMatch(/ghcr\.io|quay\.io|public\.ecr\.aws|registry\.dagger\.io|docker\.io|github\.io|"summerwind\//);
  const releases = [...chartReleases(stacks.addons), ...chartReleases(stacks.dagger)];
  for (const release of releases) {
    const repository = release.repository ?? wrappers[chartOf(release)]!.dependencies[0]!.repository;
    expect(repository).toMatch(/^oci:\/\/111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/charts/);
  }
  const mirror = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/images";
  const imageOf = (chart: string) => values(chart === "gha-runner-scale-set" || chart === "dagger-helm" ? stacks.dagger : stacks.addons, chart);
  expect(imageOf("cert-manager")).toMatchObject({ imageRegistry: mirror, imageNamespace: "jetstack" });
  expect(imageOf("karpenter").controller!.image).toEqual({ repository: `${mirror}/karpenter/controller` });
  expect(imageOf("gha-runner-scale-set-controller").image).toEqual({
    repository: `${mirror}/actions/gha-runner-scale-set-controller`,
  });
  expect(imageOf("actions-runner-controller").image!.repository).toBe(`${mirror}/summerwind/actions-runner-controller`);
  expect(imageOf("actions-runner-controller").metrics!.proxy).toMatchObject({
    image: { repository: `${mirror}/brancz/kube-rbac-proxy` },
  });
  expect(imageOf("dagger-helm").engine!.image).toEqual({ ref: `${mirror}/engine:v0.21.9` });
});

describe("metrics", () => {
  const monitoring = (yaml: string) =>
    resources(synthesize(minimal(yaml)).stacks.dagger, "kubernetes_manifest")
      .map(({ manifest }) => manifest as { kind: string; spec: { groups: { rules: { alert: string; expr: string }[] }[] } })
      .filter(({ kind }) => /^(PrometheusRule|PodMonitor)$/.test(kind));

  test("are off by default, so that a cluster without the Prometheus operator works", () => {
    expect(monitoring("")).toEqual([]);
  });

  test("bring the six alerts, those of runners for every size", () => {
    const rules = monitoring("addons: {metrics: true}").find(({ kind }) => kind === "PrometheusRule")!.spec.groups;
    const names = rules.flatMap((group) => group.rules.map(({ alert }) => alert));
    const count = (name: string) => names.filter((candidate) => candidate === name).length;
    expect(count("RunnerListenerMissing")).toBe(2);
    expect(count("RunnerJobsNotRunning")).toBe(2);
    for (const once of ["RunnerImageOld", "RunnerNodeNotInitialized", "EngineCacheDiskFull", "EngineNotReady"]) {
      expect(count(once)).toBe(1);
    }
    const old = rules.flatMap((group) => group.rules).find(({ alert }) => alert === "RunnerImageOld")!;
    expect(old.expr).toBe("vector(time() - 1791417600) > 21 * 86400");
  });
});

test("the dagger stack refuses another ARC minor version and older Karpenter CRDs", () => {
  const { dagger } = scenario("defaults").stacks;
  const conditionOf = (entry: Record<string, unknown>) =>
    (entry.lifecycle as { precondition: { condition: string; error_message: string }[] }).precondition[0]!;
  const sets = resources(dagger, "helm_release").filter(({ chart }) => chart === "gha-runner-scale-set");
  expect(sets).toHaveLength(2);
  for (const set of sets) {
    expect(conditionOf(set).condition).toBe(
      '${startswith(data.terraform_remote_state.addons.outputs.arc_version, "0.14.")}',
    );
    expect(conditionOf(set).error_message).toMatch(/apply addons with the new one, then apply this stack/);
  }
  expect(conditionOf(resource(dagger, "kubernetes_manifest", "main_nodes_node-class")).condition).toContain(">= 1014001}");
});

const ARC = {
  "arc-controller": "the controller of scale sets, with its CRDs",
  "arc-minor": "another minor version of ARC is refused while runner sets stand",
  guard: "the stack cannot go while a fleet stands",
  cluster: "what is read of the cluster",
  stack: "access to the cluster, and what is handed on",
};
const KARPENTER = { "karpenter-crd": "Karpenter's CRDs", karpenter: "Karpenter on support nodes" };

describe("what the stack holds by default", () => {
  snapshotsOf(scenario("defaults"), "addons", { ...ARC, ...KARPENTER });
});

describe("what it adds to a cluster that has Karpenter and cert-manager", () => {
  snapshotsOf(scenario("existing VPC and cluster"), "addons", ARC);
});

describe("what it holds with both kinds of ARC, from mirrors, with metrics", () => {
  snapshotsOf(scenario("both kinds of ARC, from mirrors"), "addons", {
    ...ARC,
    ...KARPENTER,
    "cert-manager": "cert-manager, which the older kind needs",
    summerwind: "the controller of the older kind, its CRDs and secret",
  });
});
