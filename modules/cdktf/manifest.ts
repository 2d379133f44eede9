import { Manifest, type ManifestConfig } from "@cdktf/provider-kubernetes/lib/manifest";
import type { Construct } from "constructs";

/**
 * A Kubernetes object that is applied on the server's side. Where somebody has changed a field of it by hand, the
 * configuration wins: without force, one such field stops every later apply.
 */
export const kubernetesManifest = (scope: Construct, id: string, config: ManifestConfig): Manifest =>
  new Manifest(scope, id, { fieldManager: { forceConflicts: true }, ...config });
