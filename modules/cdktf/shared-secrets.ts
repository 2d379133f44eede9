import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import type { Config } from "../config/schema";
import { PROXY_SECRET } from "../contract/proxy";
import { REGISTRY_SECRET } from "../contract/sources";
import type { HelmReleaseProps } from "./helm-release";
import { kubernetesSecret, readProxySecret, readRegistrySecret, type SecretSource } from "./secrets";

/** Gives a namespace the secrets that its pods share, and makes it first unless it is there. @returns what its pods must wait for. */
export type GiveSecrets = (id: string, namespace: string, there?: readonly ITerraformDependable[]) => ITerraformDependable[];

/** Where a controller's release goes: into a namespace of its own, which Helm makes unless secrets must be in it first. */
export function ownNamespace(giveSecrets: GiveSecrets, id: string, namespace: string): Pick<HelmReleaseProps, "namespace" | "createNamespace" | "dependsOn"> {
  const dependsOn = giveSecrets(id, namespace);
  return dependsOn.length > 0 ? { namespace, dependsOn } : { namespace, createNamespace: true };
}

interface Shared {
  readonly id: string;
  readonly name: string;
  readonly source: SecretSource;
  readonly revision: number;
  readonly type?: string;
}

/** The secrets that all pods of the project need, wherever they are: the proxy's credentials, and those of registries. */
export function sharedSecretSources(stack: TerraformStack, { proxy, images }: Config): Shared[] {
  const ofProxy = proxy && readProxySecret(stack, proxy);
  const ofRegistries = readRegistrySecret(stack, images.credentials);
  return [
    ...(proxy && ofProxy ? [{ id: "proxy-secret", name: PROXY_SECRET, source: ofProxy, revision: proxy.secretRevision }] : []),
    ...(ofRegistries
      ? [{ id: "registry-secret", name: REGISTRY_SECRET, source: ofRegistries, revision: images.credentialsRevision, type: "kubernetes.io/dockerconfigjson" }]
      : []),
  ];
}

/** A function that hands these secrets to controllers; one that does nothing where there are none. */
export function sharedSecrets(stack: TerraformStack, config: Config): GiveSecrets {
  const sources = sharedSecretSources(stack, config);
  if (sources.length === 0) return () => [];
  return (id, namespace, there) => {
    // Helm would make the namespace with the release, when the release's pods already want the secrets.
    const dependsOn = there ?? [new NamespaceV1(stack, `${id}-namespace`, { metadata: { name: namespace } })];
    return sources.map(({ id: secretId, ...source }) => kubernetesSecret(stack, `${id}-${secretId}`, { ...source, namespace, dependsOn: [...dependsOn] }));
  };
}
