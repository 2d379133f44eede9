import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Name of the Kubernetes Secret with GitHub's credentials, in each namespace that needs it. */
export const GITHUB_SECRET = "github-credentials";

/**
 * Reads a secret from AWS Secrets Manager while Terraform runs, and forgets it: an ephemeral resource is in no state
 * and no plan. cdktf 0.21 has no class for it, so it is written as an override.
 * @returns the Terraform expression of the secret's text, for `kubernetesSecret`.
 */
export function readSecret(stack: TerraformStack, id: string, secretName: string): string {
  stack.addOverride(`ephemeral.aws_secretsmanager_secret_version.${id}`, { secret_id: secretName });
  return `ephemeral.aws_secretsmanager_secret_version.${id}.secret_string`;
}

export interface KubernetesSecretProps {
  readonly name: string;
  readonly namespace: string;
  /** Terraform expression of a map of texts; it may be ephemeral, and goes to a write-only argument. */
  readonly data: string;
  /** Terraform cannot see that a write-only argument changed: it writes the secret again when this number does. */
  readonly revision: number;
  readonly dependsOn: ITerraformDependable[];
}

/** A Kubernetes Secret whose content Terraform writes and never keeps. */
export function kubernetesSecret(scope: Construct, id: string, props: KubernetesSecretProps): SecretV1 {
  const secret = new SecretV1(scope, id, {
    metadata: { name: props.name, namespace: props.namespace },
    type: "Opaque",
    dataWoRevision: props.revision,
    dependsOn: props.dependsOn,
  });
  secret.addOverride("data_wo", `\${${props.data}}`);
  return secret;
}
