import { runnerDeploymentName } from "../../../modules/contract/runner-names";
import type { Config } from "../../../modules/config/schema";
import { fleetContract } from "../../../modules/contract/fleet-contract";
import type { KubeObject } from "../../../operations/kubernetes/objects";
import type { Snapshot } from "../../../operations/verify/snapshot";

/** Makes every part of a snapshot writable, so that a test can break it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests write what no type allows
export type Breakable = { -readonly [K in keyof Snapshot]: any[] | undefined };

const object = (name: string, namespace?: string, rest: Partial<KubeObject> & { labels?: Record<string, string> } = {}) => ({
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: rest.labels ?? {} },
  spec: rest.spec ?? {},
  status: rest.status ?? {},
});
const isReady = () => ({ conditions: [{ type: "Ready", status: "True" }] });

/** The cluster of a configuration when all is well: one node for each fleet, with its engine and one runner of each set. */
export function healthy(config: Config): Breakable {
  const { fleets } = config;
  const deployment = (name: string, namespace: string) =>
    object(name, namespace, { spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 2 } });
  const engine = (fleet: Config["fleets"][number]) => {
    const { engineName, engineImage, nodeLabels } = fleetContract(fleet);
    return object(`${engineName}-engine-abcde`, fleet.namespace, {
      labels: { name: `${engineName}-engine` },
      spec: {
        nodeName: `node-${fleet.name}`,
        nodeSelector: nodeLabels,
        containers: [{ name: "dagger-engine", image: engineImage, volumeMounts: [{ name: "cache", mountPath: "/var/lib/dagger" }] }],
        volumes: [{ name: "cache", hostPath: { path: "/mnt/k8s-disks/0", type: "Directory" } }],
      },
      status: { phase: "Running", ...isReady() },
    });
  };
  const sets = fleets.flatMap((fleet) =>
    fleet.runners.filter(({ kind }) => kind === "scale-set").map((runner) => ({ fleet, runsOn: runner.runsOn })),
  );
  return {
    nodes: [
      object("support-1"),
      ...fleets.map((fleet) => object(`node-${fleet.name}`, undefined, { labels: { ...fleetContract(fleet).nodeLabels } })),
    ],
    deployments: [
      deployment("karpenter", "kube-system"),
      deployment("arc-gha-rs-controller", "arc-systems"),
      ...["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"].map((name) => deployment(name, "cert-manager")),
      deployment("arc-summerwind-actions-runner-controller", "actions-runner-system"),
    ],
    daemonSets: fleets.map((fleet) => object(`${fleetContract(fleet).engineName}-engine`, fleet.namespace)),
    nodePools: fleets.map(({ name }) => object(name, undefined, { status: isReady() })),
    nodeClasses: fleets.map(({ name }) => object(name, undefined, { status: isReady() })),
    runnerSets: sets.map(({ fleet, runsOn }) =>
      object(runsOn, fleet.namespace, {
        labels: { "app.kubernetes.io/version": config.versions.arc },
        status: { phase: "Running" },
      }),
    ),
    listeners: sets.map(({ runsOn }) => object(`${runsOn}-listener`, "arc-systems", { spec: { autoscalingRunnerSetName: runsOn } })),
    runnerDeployments: fleets.flatMap((fleet) =>
      fleet.runners.flatMap((runner) =>
        runner.kind === "runner-deployment" ? [object(runnerDeploymentName(runner), fleet.namespace)] : [],
      ),
    ),
    pods: [
      ...fleets.map(engine),
      ...sets.flatMap(({ fleet, runsOn }) => [
        object(`${runsOn}-listener`, "arc-systems", { status: { phase: "Running" }, spec: { containers: [{ name: "listener" }] } }),
        object(`${runsOn}-runner-1`, fleet.namespace, {
          spec: { nodeName: `node-${fleet.name}`, containers: [{ name: "runner", image: "runner" }] },
          status: { phase: "Running" },
        }),
      ]),
    ],
  };
}
