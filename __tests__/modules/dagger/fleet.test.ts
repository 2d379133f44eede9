import { readFileSync } from "node:fs";
import { join } from "node:path";
import { minimal, PROJECT, resource, resources, scenario, synthesize, valuesOf } from "../../support/project";
import type { TerraformJson } from "../../../operations/synthesized";

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: Record<string, unknown>;
}
const manifests = (stack: TerraformJson) => resources(stack, "kubernetes_manifest").map(({ manifest }) => manifest as Manifest);
const manifest = (stack: TerraformJson, kind: string, name: string) =>
  manifests(stack).find((candidate) => candidate.kind === kind && candidate.metadata.name === name)!;
const release = (stack: TerraformJson, name: string) =>
  resources(stack, "helm_release").find((candidate) => candidate.name === name)!;

/** The resources of one fleet; their logical ids start with its name. */
const ofFleet = (stack: TerraformJson, fleet: string) =>
  Object.fromEntries(
    Object.entries(stack.resource ?? {}).map(([type, items]) => [
      type,
      Object.fromEntries(Object.entries(items).filter(([id]) => id.startsWith(`${fleet}_`))),
    ]),
  );

describe("several fleets", () => {
  const one = "  - {name: blue, runners: [{cpu: 2, memory: 8Gi, max: 5}]}\n";
  const two = "  - {name: green, dagger: 0.21.8, nodes: {architecture: arm64}, runners: [{cpu: 4, memory: 16Gi, max: 5}]}\n";
  const stackOf = (fleets: string) => synthesize(minimal(`fleets:\n${fleets}`)).stacks.dagger;

  test("adding one changes nothing of the others, wherever it is put", () => {
    const alone = ofFleet(stackOf(one), "blue");
    expect(Object.values(alone).flatMap(Object.keys).length).toBeGreaterThan(5);
    expect(ofFleet(stackOf(one + two), "blue")).toMatchObject(alone);
    expect(ofFleet(stackOf(two + one), "blue")).toMatchObject(alone);
  });

  test("removing one takes only its own resources away", () => {
    const both = stackOf(one + two);
    const left = stackOf(one);
    expect(ofFleet(left, "blue")).toEqual(
      Object.fromEntries(Object.entries(ofFleet(both, "blue")).filter(([type]) => type in (left.resource ?? {}))),
    );
    expect(JSON.stringify(left)).not.toContain("green");
  });

  test("one that goes drains: its runners go first, then engine, node pool, and node class after its last node", () => {
    const { dagger } = scenario("defaults").stacks;
    const dependsOn = (entry: Record<string, unknown>) => (entry.depends_on as string[]).join(" ");
    const sets = resources(dagger, "helm_release").filter(({ chart }) => chart === "gha-runner-scale-set");
    for (const set of sets) {
      expect(dependsOn(set)).toContain("helm_release.main_engine");
      // The nodes' termination grace of seven hours, and a quarter of an hour.
      expect(set).toMatchObject({ wait: true, timeout: 26100 });
    }
    expect(dependsOn(release(dagger, "main"))).toContain("kubernetes_manifest.main_nodes_node-pool");
    const pool = resource(dagger, "kubernetes_manifest", "main_nodes_node-pool");
    expect(dependsOn(pool)).toContain("kubernetes_manifest.main_nodes_node-class");
    expect(resource(dagger, "kubernetes_manifest", "main_nodes_node-class").timeouts).toMatchObject({ delete: "26100s" });
  });
});

describe("nodes that Karpenter buys", () => {
  const { dagger } = scenario("three fleets").stacks;
  const requirement = (pool: string, key: string) =>
    (manifest(dagger, "NodePool", pool).spec as { template: { spec: { requirements: { key: string; operator: string; values: string[] }[] } } })
      .template.spec.requirements.filter((candidate) => candidate.key === key)
      .map(({ operator, values }) => [operator, ...values]);

  test("have NVMe, run on Nitro, and are bounded in size both ways", () => {
    expect(requirement("blue", "karpenter.k8s.aws/instance-local-nvme")).toEqual([["Gte", "400"]]);
    expect(requirement("blue", "karpenter.k8s.aws/instance-hypervisor")).toEqual([["In", "nitro"]]);
    expect(requirement("blue", "karpenter.k8s.aws/instance-cpu")).toEqual([["Gte", "8"], ["Lte", "32"]]);
    expect(requirement("blue", "karpenter.sh/capacity-type")).toEqual([["In", "on-demand"]]);
    expect(requirement("green", "kubernetes.io/arch")).toEqual([["In", "arm64"]]);
    expect(requirement("green", "karpenter.k8s.aws/instance-family")).toEqual([["In", "m7gd", "c7gd", "r7gd"]]);
    expect(requirement("green", "karpenter.sh/capacity-type")).toEqual([["In", "spot", "on-demand"]]);
  });

  test("are replaced for drift outside working hours only; idle ones go at any time", () => {
    expect(manifest(dagger, "NodePool", "blue").spec.disruption).toEqual({
      consolidationPolicy: "WhenEmpty",
      consolidateAfter: "10m",
      budgets: [
        { nodes: "100%", reasons: ["Empty"] },
        { nodes: "10%", reasons: ["Drifted"] },
        { nodes: "0", reasons: ["Drifted"], schedule: "0 7 * * mon-fri", duration: "12h" },
      ],
    });
  });
});

describe("nodes that stay", () => {
  const { dagger } = scenario("three fleets").stacks;

  test("are a node group with the fleet's label, taint and an array of its disks", () => {
    expect(resource(dagger, "aws_eks_node_group")).toMatchObject({
      instance_types: ["m6id.4xlarge"],
      scaling_config: { min_size: 2, desired_size: 2 },
      labels: { "actions-runner": "warm" },
      taint: [{ key: "actions-runner", value: "warm", effect: "NO_SCHEDULE" }],
    });
    const template = resource(dagger, "aws_launch_template");
    expect(template.user_data).toMatch(/base64encode\("MIME-Version: 1\.0[^]*strategy: RAID0/);
    expect(template.metadata_options).toMatchObject({ http_tokens: "required", http_put_response_hop_limit: 1 });
  });

  test("have no node pool, and a cache sized by their own disk", () => {
    expect(manifest(dagger, "NodePool", "warm")).toBeUndefined();
    const engine = valuesOf(release(dagger, "warm")) as unknown as { engine: { configJson: string } };
    expect(JSON.parse(engine.engine.configJson)).toMatchObject({ gc: { maxUsedSpace: 617_000_000_000 } });
  });
});

describe("runner sizes", () => {
  const { dagger } = scenario("three fleets").stacks;
  const pod = (name: string) =>
    (valuesOf(release(dagger, name)) as unknown as { template: { spec: Record<string, never> } }).template.spec as unknown as {
      terminationGracePeriodSeconds?: number;
      initContainers: { name: string; image: string; restartPolicy?: string }[];
      containers: { env: { name: string; value?: string; valueFrom?: unknown }[]; lifecycle?: unknown }[];
    };

  test("take Dagger Cloud's token from a secret, where traces come from: the runner", () => {
    expect(pod("ci-fleets-blue-2c-8g").containers[0]!.env).toContainEqual({
      name: "DAGGER_CLOUD_TOKEN",
      valueFrom: { secretKeyRef: { name: "dagger-cloud", key: "token" } },
    });
    expect(JSON.stringify(valuesOf(release(dagger, "blue")))).not.toContain("CLOUD");
  });

  test("have Docker only when asked, pinned, and apart from the engine's socket", () => {
    const names = (name: string) => pod(name).initContainers.map((container) => container.name);
    expect(names("ci-fleets-blue-2c-8g")).toEqual(["dagger-cli"]);
    expect(names("ci-fleets-blue-4c-16g")).toEqual(["dagger-cli", "docker-externals", "docker"]);
    const sidecar = pod("ci-fleets-blue-4c-16g").initContainers[2]!;
    expect(sidecar.image).toMatch(/^docker:[0-9.]+-dind$/);
    expect(sidecar.restartPolicy).toBe("Always");
    expect(pod("ci-fleets-blue-4c-16g").containers[0]!.env).toContainEqual({ name: "DOCKER_HOST", value: "unix:///docker/docker.sock" });
  });

  test("let a job end when asked, for as long as their nodes wait", () => {
    expect(pod("ci-fleets-blue-4c-16g").terminationGracePeriodSeconds).toBe(7 * 3600);
    expect(pod("ci-fleets-blue-4c-16g").containers[0]!.lifecycle).toHaveProperty("preStop.exec");
    expect(pod("ci-fleets-blue-2c-8g").containers[0]!.lifecycle).toBeUndefined();
  });

  test("are in the runner group that they ask for", () => {
    expect(valuesOf(release(dagger, "ci-fleets-blue-4c-16g"))).toMatchObject({ runnerGroup: "big-jobs" });
    expect(valuesOf(release(dagger, "ci-fleets-blue-2c-8g"))).not.toHaveProperty("runnerGroup");
  });
});

describe("the summerwind kind", () => {
  test("an autoscaler owns the number of runners from its least on, and counts queued jobs so that it can start from none", () => {
    const { dagger } = scenario("three fleets").stacks;
    const name = "dagger-runner-deployment-classic";
    expect(manifest(dagger, "RunnerDeployment", name).spec).toMatchObject({ replicas: 0 });
    expect(resource(dagger, "kubernetes_manifest", "warm_classic_").computed_fields).toContain("spec.replicas");
    expect(manifest(dagger, "HorizontalRunnerAutoscaler", name)).toMatchObject({
      metadata: { name, namespace: "dagger-warm" },
      spec: {
        scaleTargetRef: { kind: "RunnerDeployment", name },
        minReplicas: 0,
        maxReplicas: 4,
        metrics: [{ type: "TotalNumberOfQueuedAndInProgressWorkflowRuns", repositoryNames: ["api", "web"] }],
      },
    });
  });

  test("lets jobs end when the size goes, and Terraform wait for them, unless told otherwise as in the guide", () => {
    const { dagger } = scenario("three fleets").stacks;
    const deployment = manifest(dagger, "RunnerDeployment", "dagger-runner-deployment-classic");
    expect(deployment.metadata).toMatchObject({ finalizers: ["foregroundDeletion"] });
    const { terminationGracePeriodSeconds, env } = (deployment.spec as { template: { spec: Record<string, unknown> } }).template.spec;
    expect(terminationGracePeriodSeconds).toBe(7 * 3600);
    expect(env).toContainEqual({ name: "RUNNER_GRACEFUL_STOP_TIMEOUT", value: String(7 * 3600 - 20) });
    expect(resource(dagger, "kubernetes_manifest", "warm_classic_").timeouts).toMatchObject({ delete: `${7 * 3600 + 900}s` });
    const guides = manifest(scenario("the guide's own values").stacks.dagger, "RunnerDeployment", "dagger-runner-deployment-2c-8g");
    expect(guides.metadata).not.toHaveProperty("finalizers");
  });

  test("goes beyond the guide by default: its own fleet's nodes, the engine's CLI, and no disruption", () => {
    const { template } = manifest(scenario("three fleets").stacks.dagger, "RunnerDeployment", "dagger-runner-deployment-classic")
      .spec as { template: { metadata: { annotations: object }; spec: { tolerations: object[]; initContainers: { name: string }[] } } };
    expect(template.metadata.annotations).toEqual({ "karpenter.sh/do-not-disrupt": "true" });
    expect(template.spec.tolerations).toEqual([{ key: "actions-runner", operator: "Equal", value: "warm", effect: "NoSchedule" }]);
    expect(template.spec.initContainers.map(({ name }) => name)).toEqual(["dagger-cli"]);
  });

  /** Dagger's guide "Run Dagger on Kubernetes" (2023-09-22), step 3, with `env` where it belongs. */
  const guide = (mountPath: string, hostPath: string, url: string) => ({
    apiVersion: "actions.summerwind.dev/v1alpha1",
    kind: "RunnerDeployment",
    metadata: { name: "dagger-runner-deployment-2c-8g", namespace: "dagger" },
    spec: {
      replicas: 0,
      template: {
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: "actions-runner", operator: "Exists" }] }],
              },
            },
          },
          dockerEnabled: true,
          dockerdContainerResources: {},
          dockerdWithinRunnerContainer: true,
          image: "summerwind/actions-runner-dind",
          labels: ["dagger-runner", "dagger-runner-2c-8g"],
          organization: "acme",
          resources: { requests: { cpu: "2", memory: "8Gi" } },
          securityContext: { fsGroup: 1001, fsGroupChangePolicy: "OnRootMismatch" },
          tolerations: [{ effect: "NoSchedule", key: "actions-runner", operator: "Exists" }],
          env: [{ name: "_EXPERIMENTAL_DAGGER_RUNNER_HOST", value: url }],
          volumeMounts: [{ mountPath, name: "dagger-socket" }],
          volumes: [{ hostPath: { path: hostPath }, name: "dagger-socket" }],
        },
      },
    },
  });

  test("with the guide's values gives the guide's manifest, field by field, but for the socket's new path", () => {
    const { dagger } = scenario("the guide's own values").stacks;
    expect(manifest(dagger, "RunnerDeployment", "dagger-runner-deployment-2c-8g")).toEqual(
      guide("/run/dagger", "/run/dagger-dagger", "unix:///run/dagger/engine.sock"),
    );
  });

  test("with an engine of the old charts gives the guide's very path, too", () => {
    const yaml = readFileSync(join(PROJECT, "examples/configurations/guide.yaml"), "utf8").replace(
      "namespace: dagger\n",
      "namespace: dagger\n    dagger: 0.16.3\n    engine: {cache: root-disk}\n",
    );
    const { dagger } = synthesize(yaml).stacks;
    expect(manifest(dagger, "RunnerDeployment", "dagger-runner-deployment-2c-8g")).toEqual(
      guide("/var/run/dagger", "/var/run/dagger", "unix:///var/run/dagger/buildkitd.sock"),
    );
  });
});
