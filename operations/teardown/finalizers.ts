import { KubernetesObjectApi, PatchStrategy, type KubeConfig } from "@kubernetes/client-node";
import { defaultKubeConfig, listKind, type KubeObject } from "../kubernetes/objects";

/** A Kubernetes object that waits for a finalizer that nobody serves any more. */
export interface Stuck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly finalizers: readonly string[];
}

/**
 * Kinds of both ARCs in the order in which they must go: children first, since a parent whose finalizer is cleared
 * lets its children be orphaned; last what the chart made for the controller, which ARC protects by finalizers, too.
 */
const KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["actions.github.com/v1alpha1", "EphemeralRunner"],
  ["actions.github.com/v1alpha1", "EphemeralRunnerSet"],
  ["actions.github.com/v1alpha1", "AutoscalingListener"],
  ["actions.github.com/v1alpha1", "AutoscalingRunnerSet"],
  ["actions.summerwind.dev/v1alpha1", "Runner"],
  ["actions.summerwind.dev/v1alpha1", "RunnerReplicaSet"],
  ["actions.summerwind.dev/v1alpha1", "RunnerDeployment"],
  ["actions.summerwind.dev/v1alpha1", "HorizontalRunnerAutoscaler"],
  ["v1", "Pod"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["v1", "ServiceAccount"],
  ["v1", "Secret"],
];
/** Finalizers that either ARC puts on objects. Those of anybody else are left alone. */
const OF_ARC = /(^|\.)actions\.(github\.com|summerwind\.dev)(\/|$)|^runner\.actions\.summerwind\.dev/;

const EXPLANATION = [
  "These objects are being deleted and wait for a controller that is gone, or that cannot reach GitHub: it was taken",
  "away first, its secret is missing, or GitHub refuses its credentials. If the controller still runs, mend that instead:",
  "it then finishes by itself and takes the runners out of GitHub. Clearing the finalizers only makes Kubernetes forget",
  "them; runners and scale sets that GitHub still shows must then be removed there by hand.",
].join("\n");

/** Objects of both kinds of ARC that are being deleted and wait for ARC's finalizers, in the order in which to clear them. */
export async function findStuck(kubeConfig: KubeConfig): Promise<Stuck[]> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const stuck: Stuck[] = [];
  for (const [apiVersion, kind] of KINDS) {
    const objects: readonly KubeObject[] = (await listKind(api, apiVersion, kind)) ?? [];
    for (const { metadata } of objects) {
      const finalizers = (metadata.finalizers ?? []).filter((finalizer) => OF_ARC.test(finalizer));
      if (metadata.deletionTimestamp === undefined || finalizers.length === 0) continue;
      stuck.push({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? "", finalizers });
    }
  }
  return stuck;
}

/** Takes ARC's finalizers off, one object after another in the order given, and leaves other finalizers where they are. */
export async function clearFinalizers(kubeConfig: KubeConfig, stuck: readonly Stuck[], say: (line: string) => void): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  for (const { apiVersion, kind, name, namespace, finalizers } of stuck) {
    const current = await api.read({ apiVersion, kind, metadata: { name, namespace } }).catch(() => undefined);
    if (!current) continue;
    const left = (current.metadata?.finalizers ?? []).filter((finalizer) => !finalizers.includes(finalizer));
    await api.patch(
      { apiVersion, kind, metadata: { name, namespace, finalizers: left } },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    say(`${kind} ${namespace}/${name} is let go`);
  }
}

/** Says which objects are stuck, and with `yes` lets them go. */
export async function offerFinalizers(yes: boolean, say: (line: string) => void): Promise<void> {
  const kubeConfig = defaultKubeConfig();
  const stuck = await findStuck(kubeConfig);
  if (stuck.length === 0) {
    say("No object of either ARC is stuck on its finalizers.");
    return;
  }
  say(EXPLANATION);
  for (const { kind, namespace, name, finalizers: waits } of stuck) say(`    ${kind} ${namespace}/${name}  ${waits.join(", ")}`);
  if (yes) await clearFinalizers(kubeConfig, stuck, say);
  else say("Nothing was changed. npm run destroy -- --clear-finalizers --yes clears them, in this order.");
}
