import type { AutoscaledFleet } from "../../modules/config/fleet";
import type { ScaleSetRunner } from "../../modules/config/runners";
import type { Config } from "../../modules/config/schema";
import { engineValues } from "../../modules/dagger/engine-values";
import { ENGINE_PRIORITY_CLASS, fleetContract } from "../../modules/contract/fleet-contract";
import { runnerPod } from "../../modules/runner/runner-pod";
import { nodeClass } from "../../modules/karpenter/node-class";
import { nodePool } from "../../modules/karpenter/node-pool";

/** What the emulated AWS account holds, as the rig tells it. */
export interface Account {
  readonly subnets: readonly string[];
  readonly sg: string;
  readonly profile: string;
  /** Capacity reservations by their ids. */
  readonly reservations?: Readonly<Record<string, unknown>>;
}

/** Label of everything that belongs to a fleet of the proof. */
export const FLEET_LABEL = "proof-fleet";
/** Label of a pod: `runner`, `engine` or `agent`. */
export const ROLE_LABEL = "proof-role";

const container = (name: string, cpu?: string) => ({
  name,
  image: "proof",
  ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }),
});

const agent = (name: string, containers: readonly object[], initContainers: readonly object[] = []) => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name, namespace: "kube-system" },
  spec: {
    selector: { matchLabels: { name } },
    template: {
      metadata: { labels: { name, [ROLE_LABEL]: "agent" } },
      spec: {
        priorityClassName: "system-node-critical",
        hostNetwork: true,
        tolerations: [{ operator: "Exists" }],
        initContainers,
        containers,
      },
    },
  },
});

/** The DaemonSets of EKS' add-ons as they come, container by container, and what engines need of the cluster. */
export const ofCluster = (): object[] => [
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: ENGINE_PRIORITY_CLASS.name }, value: ENGINE_PRIORITY_CLASS.value },
  agent("aws-node", [container("aws-node", "25m"), container("aws-eks-nodeagent", "25m")], [container("aws-vpc-cni-init", "25m")]),
  agent("kube-proxy", [container("kube-proxy", "100m")]),
  agent("eks-pod-identity-agent", [container("eks-pod-identity-agent")], [container("eks-pod-identity-agent-init")]),
];

/** Node class, engine and runners of a fleet: all but its node pool, so that Karpenter sees all runners at once. */
export function ofFleet(config: Config, fleet: AutoscaledFleet, runners: number, account: Account): object[] {
  const labels = (role: string) => ({ [FLEET_LABEL]: fleet.name, [ROLE_LABEL]: role });
  const contract = fleetContract(fleet);
  const { resources, tolerations, priorityClassName, image } = engineValues(config, fleet).engine;
  const pod = runnerPod(config, fleet, fleet.runners[0] as ScaleSetRunner);
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: fleet.namespace } },
    nodeClass(fleet, {
      ami: config.versions.ami,
      instanceProfile: account.profile,
      subnetIds: account.subnets,
      securityGroupIds: [account.sg],
      tags: config.tags,
    }),
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "engine", namespace: fleet.namespace },
      spec: {
        selector: { matchLabels: labels("engine") },
        template: {
          metadata: { labels: labels("engine") },
          spec: {
            nodeSelector: contract.nodeLabels,
            tolerations,
            priorityClassName,
            containers: [{ name: "dagger-engine", image: image.ref, resources }],
          },
        },
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "runners", namespace: fleet.namespace },
      spec: {
        replicas: runners,
        selector: { matchLabels: labels("runner") },
        template: { metadata: { ...pod.metadata, labels: labels("runner") }, spec: pod.spec },
      },
    },
  ];
}

/**
 * The fleet's node pool, but that no node drifts: the emulated account answers with security groups in another form than
 * Karpenter expects, and it would replace every node for it.
 */
export function pool(fleet: AutoscaledFleet): object {
  const { spec, ...rest } = nodePool(fleet);
  const budgets = spec.disruption.budgets.map((budget) => (budget.reasons.includes("Drifted") ? { ...budget, nodes: "0" } : budget));
  return { ...rest, spec: { ...spec, disruption: { ...spec.disruption, budgets } } };
}
