import { ARC_NAMESPACE } from "../contract/addons";
import { KARPENTER_NAMESPACE } from "../karpenter/controller-identity";
import type { Config } from "../config/schema";
import { fleetContract } from "../contract/fleet-contract";

const podMonitor = (name: string, namespace: string, selector: object, port = "metrics") => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PodMonitor",
  metadata: { name, namespace },
  spec: { selector, podMetricsEndpoints: [{ port }] },
});

/** What Prometheus scrapes of ARC's new kind: the controller and all listeners, which share a namespace. */
export const arcPodMonitor = () => podMonitor("arc", ARC_NAMESPACE, { matchExpressions: [] });

/**
 * What Prometheus scrapes of Karpenter. Its chart has a monitor, too, but leaves it out without a word where the
 * operator's CRDs came later.
 */
export const karpenterPodMonitor = () =>
  podMonitor("karpenter", KARPENTER_NAMESPACE, { matchLabels: { "app.kubernetes.io/name": "karpenter" } }, "http-metrics");

/** What Prometheus scrapes of the engines. */
export const enginePodMonitors = (config: Config) =>
  config.fleets.map((fleet) => {
    // The only label that the engine's chart gives to its pods alone.
    const name = fleetContract(fleet).engineDaemonSet;
    return podMonitor(name, fleet.namespace, { matchLabels: { name } });
  });
