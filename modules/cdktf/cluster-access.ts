import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, type TerraformStack } from "cdktf";
import type { Config } from "../config/schema";
import type { OutputsOf } from "../contract/outputs";
import { tokenCommand } from "./assumed-role";

/**
 * Gives a stack access to the cluster for Helm charts and Kubernetes objects. A token lives 15 minutes, so both
 * providers ask the AWS CLI for one when they need it. Everything is in the arguments: cdktf would rename the keys
 * of an `env` map.
 */
export function addClusterAccess(stack: TerraformStack, config: Config, cluster: OutputsOf<"cluster">): void {
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", ...tokenCommand(config, cluster.cluster_name) };
  const access = { host: cluster.cluster_endpoint, clusterCaCertificate: Fn.base64decode(cluster.cluster_ca) };
  new HelmProvider(stack, "helm", { kubernetes: { ...access, exec } });
  new KubernetesProvider(stack, "kubernetes", { ...access, exec: [exec] });
}
