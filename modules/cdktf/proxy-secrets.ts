import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import type { Config } from "../config/schema";
import { PROXY_SECRET } from "../contract/proxy";
import { kubernetesSecret, readProxySecret } from "./secrets";

/** Gives a namespace the proxy's credentials, and makes it first unless it is there. @returns what its pods must wait for. */
export type GiveProxySecret = (id: string, namespace: string, there?: readonly ITerraformDependable[]) => ITerraformDependable[];

/** Where the proxy wants credentials, a function that hands them to controllers; otherwise one that does nothing. */
export function proxySecrets(stack: TerraformStack, { proxy }: Config): GiveProxySecret {
  const source = proxy && readProxySecret(stack, proxy);
  if (source === undefined) return () => [];
  return (id, namespace, there) => {
    // Helm would make the namespace with the release, when the release's pods already want the secret.
    const dependsOn = there ?? [new NamespaceV1(stack, `${id}-namespace`, { metadata: { name: namespace } })];
    return [
      kubernetesSecret(stack, `${id}-proxy-secret`, {
        ...{ name: PROXY_SECRET, namespace, source },
        revision: proxy?.secretRevision ?? 1,
        dependsOn: [...dependsOn],
      }),
    ];
  };
}
