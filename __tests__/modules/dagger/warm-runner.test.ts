import type { AutoscaledFleet } from "../../../modules/config/fleet";
import { parseConfig } from "../../../modules/load-config";
import { warmRunner } from "../../../modules/dagger/warm-runner";
import { EXISTING_VPC, minimal, scenario } from "../../support/project";

const { config } = scenario("runners kept warm");
const made = (fleet: string, size: string) => {
  const one = config.fleets.find(({ name }) => name === fleet) as AutoscaledFleet;
  return warmRunner(config, one, one.runners.find(({ name }) => name === size)!);
};
const WARM = "warm: [{during: daily 07:00-19:00 UTC, runners: 1}]";
const podOf = (runner: string, more = "") => {
  const other = parseConfig(minimal(`${more}\nfleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, ${WARM}, ${runner}}]}]`));
  const fleet = other.fleets[0] as AutoscaledFleet;
  return warmRunner(other, fleet, fleet.runners[0]!).spec.template.spec;
};

test("a placeholder asks for what a runner asks for, where a runner may run, and yields to it", () => {
  const { spec, metadata } = made("main", "2c-8g");
  expect(metadata).toEqual({
    name: "warm-2c-8g",
    namespace: "dagger-main",
    labels: { "dagger-ci/warm": "2c-8g" },
    annotations: {
      "dagger-ci/warm": JSON.stringify({
        warm: [
          { during: "mon-fri 07:00-19:00 Europe/Dublin", runners: 4 },
          { during: "sun-thu 22:00-06:00 Europe/Dublin", runners: 1 },
        ],
        most: 20,
        pods: { "actions.github.com/scale-set-name": "ci-warm-main-2c-8g" },
        packEvery: 600,
      }),
    },
  });
  expect(spec).toMatchObject({ replicas: 0, strategy: { type: "Recreate" }, selector: { matchLabels: { "dagger-ci/warm": "2c-8g" } } });
  expect(spec.template).toEqual({
    metadata: { labels: { "dagger-ci/warm": "2c-8g" } },
    spec: {
      nodeSelector: { "actions-runner": "main" },
      tolerations: [{ key: "actions-runner", operator: "Equal", value: "main", effect: "NoSchedule" }],
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchExpressions: [{ key: "dagger-ci/warm", operator: "Exists" }] } } },
            { weight: 50, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchExpressions: [{ key: "actions.github.com/scale-set-name", operator: "Exists" }] } } },
            { weight: 50, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchExpressions: [{ key: "runner-deployment-name", operator: "Exists" }] } } },
          ],
        },
      },
      priorityClassName: "dagger-warm",
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "warm-runner",
          image: config.versions.runnerImage,
          command: ["sleep", "infinity"],
          resources: { requests: { cpu: "2", memory: "8589934592", "ephemeral-storage": "10737418240" } },
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  });
});

test("Docker's image is pulled, too; sidecars' requests are in the one sum", () => {
  const { containers } = made("main", "4c-16g").spec.template.spec;
  expect(containers.map(({ name, image, resources }) => [name, image, resources])).toEqual([
    ["warm-runner", config.versions.runnerImage, { requests: { cpu: "4", memory: "17179869184", "ephemeral-storage": "10737418240" } }],
    ["warm-docker", "docker:28.0.4-dind", undefined],
  ]);
  const sidecar = podOf("max: 4, docker: true, storage: none, dockerd: {cpu: 0.5, memory: 1Gi}, podTemplate: {spec: {containers: [{name: log, image: log, resources: {requests: {cpu: 250m}}}]}}");
  expect(sidecar.containers.map(({ name }) => name)).toEqual(["warm-runner", "warm-docker"]);
  expect(sidecar.containers[0]!.resources).toEqual({ requests: { cpu: "2750m", memory: "9663676416" } });
});

test("requests are written as the API server does, which Terraform's provider compares letter by letter", () => {
  const requests = (size: string) => podOf(`max: 4, ${size}`).containers[0]!.resources!.requests;
  expect(requests("storage: 65G, podTemplate: {spec: {containers: [{name: log, image: log, resources: {requests: {memory: 512Mi}}}]}}")).toEqual({
    cpu: "2",
    memory: "9126805504",
    "ephemeral-storage": "65G",
  });
});

test("what a size's template says of nodes and images holds for its placeholders", () => {
  const pod = podOf(
    'max: 4, podTemplate: {spec: {nodeSelector: {disk: fast}, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}}}, image: "other:1"',
    "images: {mirror: mirror.acme.example, credentials: {mirror.acme.example: acme/registry}}",
  );
  expect(pod).toMatchObject({
    nodeSelector: { "actions-runner": "main", disk: "fast" },
    imagePullSecrets: [{ name: "registry-credentials" }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} }, podAffinity: {} },
    containers: [{ image: "mirror.acme.example/library/other:1" }],
  });
});

test("a runner deployment's: its node affinity, image and pods", () => {
  const { metadata, spec } = made("guide", "2c-8g");
  expect(JSON.parse(metadata.annotations["dagger-ci/warm"])).toMatchObject({ most: 10, pods: { "runner-deployment-name": "dagger-runner-deployment-2c-8g" } });
  expect(spec.template.spec).toMatchObject({
    tolerations: [{ key: "actions-runner", value: "guide" }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "actions-runner", operator: "In", values: ["guide"] }] }] } } },
    containers: [{ name: "warm-runner", image: "summerwind/actions-runner:v2.337.0-ubuntu-22.04" }],
  });
});

test("a guest's placeholders have its own class", () => {
  const guest = "cluster: {mode: existing, name: platform, guest: true}\naddons: {karpenter: {mode: existing}, arc: {mode: none}, summerwind: existing}";
  expect(podOf("kind: runner-deployment, scaling: {max: 4, repositories: [widgets]}", `${EXISTING_VPC}\n${guest}`).priorityClassName).toBe("dagger-warm-dagger-ci");
});
