import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "./config/schema";

/** Name of the Kubernetes Secret with GitHub's credentials, in each namespace that needs it. */
export const GITHUB_SECRET = "github-credentials";

/**
 * Reads GitHub's credentials from AWS Secrets Manager while Terraform runs, and forgets them: an ephemeral resource
 * is in no state and no plan. cdktf 0.21 has no class for it, so it is written as an override.
 */
export function readGithubSecret(stack: TerraformStack, config: Config): string {
  stack.addOverride("ephemeral.aws_secretsmanager_secret_version.github", { secret_id: config.github.secret });
  return "ephemeral.aws_secretsmanager_secret_version.github.secret_string";
}

/** The Kubernetes Secret that ARC reads in a fleet's namespace, filled by a write-only argument. */
export function githubSecret(
  scope: Construct,
  id: string,
  props: { namespace: string; source: string; revision: number; dependsOn: ITerraformDependable[] },
): SecretV1 {
  const secret = new SecretV1(scope, id, {
    metadata: { name: GITHUB_SECRET, namespace: props.namespace },
    type: "Opaque",
    dataWoRevision: props.revision,
    dependsOn: props.dependsOn,
  });
  secret.addOverride("data_wo", `\${jsondecode(${props.source})}`);
  return secret;
}
