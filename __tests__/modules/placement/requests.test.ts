import { runnerDeployment } from "../../../modules/arc/runner-deployment";
import type { FleetConfig } from "../../../modules/config/fleet";
import { parseConfig } from "../../../modules/load-config";
import { engineValues } from "../../../modules/dagger/engine-values";
import { runnerPod } from "../../../modules/runner/runner-pod";
import type { NodeResources } from "../../../modules/placement/allocatable";
import { engineRequests, NODE_AGENTS, runnerPodRequests } from "../../../modules/placement/requests";
import { minimal } from "../../support/project";

type Amounts = Readonly<Record<string, string | number | undefined>>;
interface Container {
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly restartPolicy?: string;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, G: 1e9 };
const amount = (quantity: string | number = "0") => {
  const [, digits, unit] = /^([0-9.]+)(m|Mi|Gi|Ti|G|)$/.exec(String(quantity))!;
  return Number(digits) * UNITS[unit!]!;
};

/**
 * What a pod requests, by Kubernetes' rule: containers and sidecars together, or an init container with the sidecars
 * before it, whichever is more.
 */
function podRequests(containers: readonly Container[], initContainers: readonly Container[] = []): NodeResources {
  const of = (name: string) => {
    const request = ({ resources }: Container) => amount(resources?.requests?.[name] ?? resources?.limits?.[name]);
    let sidecars = 0;
    let most = 0;
    for (const container of initContainers) {
      if (container.restartPolicy === "Always") sidecars += request(container);
      most = Math.max(most, sidecars + (container.restartPolicy === "Always" ? 0 : request(container)));
    }
    return Math.max(most, sidecars + containers.reduce((total, container) => total + request(container), 0));
  };
  return {
    cpuMillicores: Math.round(of("cpu") * 1000),
    memoryMib: of("memory") / 2 ** 20,
    ephemeralStorageBytes: of("ephemeral-storage"),
    pods: 1,
  };
}

const yaml = minimal(`
addons: {summerwind: install}
daggerCloud: {secret: s}
fleets:
  - name: one
    runners:
      - {cpu: 2, memory: 8Gi, max: 2}
      - {cpu: 0.7, memory: 512Mi, max: 2, storage: none}
      - {cpu: 4, memory: 16Gi, max: 2, storage: 30Gi, docker: true, finishJobs: true}
      - {name: limited, cpu: 1, memory: 4Gi, max: 2, limits: {cpu: 2, memory: 8Gi}, docker: true, dockerd: {cpu: 0.5, limits: {memory: 2Gi}}}
      - name: sidecars
        cpu: 1
        memory: 4Gi
        max: 2
        docker: true
        dockerd: {memory: 1Gi}
        podTemplate:
          spec:
            containers: [{name: db, image: "postgres:17", resources: {requests: {cpu: 250m, memory: 256Mi}}}]
            initContainers:
              - {name: log, image: "busybox:1", restartPolicy: Always, resources: {limits: {cpu: 0.1, memory: 64Mi}}}
              - {name: prepare, image: "busybox:1", resources: {requests: {cpu: 3, memory: 2Gi}}}
      - {kind: runner-deployment, name: a, cpu: 2, memory: 8Gi, scaling: {min: 1, max: 2}}
      - {kind: runner-deployment, name: b, cpu: 1.3, memory: 20Gi, docker: true, cli: false, scaling: {mode: fixed, replicas: 1}}
  - name: two
    engine: {cpu: 0.3, memory: 1536Mi, cacheMaxGb: 123}
    runners: [{cpu: 1, memory: 1Gi, max: 1}]
  - name: old
    dagger: 0.16.3
    engine: {cache: root-disk}
    runners: [{cpu: 1, memory: 1Gi, max: 1}]
`);
const config = parseConfig(yaml);
const runners = config.fleets.flatMap((fleet) => fleet.runners.map((runner) => [`${fleet.name} ${runner.name}`, fleet, runner] as const));

test.each(runners)("runner %s requests what its rendered pod does", (_title, fleet, runner) => {
  if (runner.kind === "scale-set") {
    const { containers, initContainers } = runnerPod(config, fleet, runner).spec;
    expect(runnerPodRequests(runner)).toEqual(podRequests(containers, initContainers as Container[]));
    return;
  }
  // ARC's older kind makes the runner's container of `resources`; Docker runs inside it.
  const { spec } = runnerDeployment(config, fleet, runner).spec.template;
  expect(spec.dockerEnabled ? "dockerdWithinRunnerContainer" in spec : true).toBe(true);
  expect(runnerPodRequests(runner)).toEqual(podRequests([spec], "initContainers" in spec ? (spec.initContainers as Container[]) : []));
});

test.each(config.fleets.map((fleet): [string, FleetConfig] => [fleet.name, fleet]))(
  "the engine of fleet %s requests what its chart's values do",
  (_name, fleet) => {
    expect(engineRequests(fleet)).toEqual(podRequests([engineValues(config, fleet).engine]));
  },
);

test("figures to know by heart", () => {
  const [one, , old] = config.fleets;
  expect(engineRequests(one!)).toEqual({ cpuMillicores: 2000, memoryMib: 8192, ephemeralStorageBytes: 260_000_000_000, pods: 1 });
  expect(engineRequests(old!).ephemeralStorageBytes).toBe(0);
  expect(runnerPodRequests(one!.runners[0]!)).toEqual({
    cpuMillicores: 2000,
    memoryMib: 8192,
    ephemeralStorageBytes: 10_737_418_240,
    pods: 1,
  });
  expect(NODE_AGENTS.map(({ name, requests }) => `${name} ${requests.cpuMillicores} ${requests.memoryMib} ${requests.pods}`)).toEqual([
    "aws-node 50 0 1",
    "kube-proxy 100 0 1",
    "eks-pod-identity-agent 0 0 1",
  ]);
});
