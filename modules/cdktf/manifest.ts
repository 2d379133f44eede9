import { Manifest, type ManifestConfig } from "@cdktf/provider-kubernetes/lib/manifest";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { escapeLiterals } from "./literals";

/**
 * A Kubernetes object that is applied on the server's side. Where somebody has changed a field of it by hand, the
 * configuration wins: without force, one such field stops every later apply. Its texts are taken literally.
 */
export const kubernetesManifest = (scope: Construct, id: string, config: ManifestConfig): Manifest =>
  new Manifest(scope, id, { fieldManager: { forceConflicts: true }, ...config, manifest: literally(config.manifest) as ManifestConfig["manifest"] });

function literally(value: unknown): unknown {
  if (typeof value === "string") return escapeLiterals(value);
  if (Array.isArray(value)) return Token.isUnresolved(value) ? value : value.map(literally);
  if (typeof value !== "object" || value === null || Token.isUnresolved(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literally(item)]));
}
