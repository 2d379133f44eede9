import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable, Precondition, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Config } from "../config/schema";
import { proxySecretData } from "../contract/proxy";

/** Name of the Kubernetes Secret with GitHub's credentials, in each namespace that needs it. */
export const GITHUB_SECRET = "github-credentials";

/** Annotation of pods that read GitHub's credentials only at their start: another revision, another pod. */
export const secretRevision = ({ github }: Config) => ({ "dagger-ci/github-secret-revision": String(github.secretRevision) });

/** A secret that Terraform reads while it runs, as expressions. What they give is ephemeral: in no state and no plan. */
export interface SecretSource {
  /** A map of texts. */
  readonly data: string;
  /** What must hold for it, before anything is changed. */
  readonly preconditions: readonly Precondition[];
}

/** A condition on a secret's content, and what the secret must do for it to hold. */
type Check = readonly [condition: string, allowed: string];

/**
 * Reads a secret from AWS Secrets Manager while Terraform runs, and forgets it. cdktf 0.21 has no class for ephemeral
 * resources, so it is written as an override. The checks go with the resource that takes the secret: Terraform 1.11
 * crashes when it shows a plan as JSON in which an ephemeral resource has conditions of its own.
 */
function readSecret(stack: TerraformStack, id: string, secretName: string, checks: (json: string) => readonly Check[]) {
  stack.addOverride(`ephemeral.aws_secretsmanager_secret_version.${id}`, { secret_id: secretName });
  const json = `jsondecode(ephemeral.aws_secretsmanager_secret_version.${id}.secret_string)`;
  const preconditions = checks(json).map(([condition, allowed]) => ({
    condition: `\${${condition}}`,
    errorMessage: `The AWS secret ${secretName} must ${allowed}.`,
  }));
  return { json, preconditions };
}

const isJson = (json: string): Check => [`can(keys(${json}))`, "be a JSON object"];
/** A check of one key's form, passed over where the key is missing. */
const form = (json: string, key: string, pattern: string, allowed: string): Check => [
  `!can(${json}.${key}) || can(regex("${pattern}", ${json}.${key}))`,
  `have ${allowed} in ${key}`,
];

const APP_KEYS = ["github_app_id", "github_app_installation_id", "github_app_private_key"];

/** GitHub's credentials: a GitHub App's three keys, or a token. Other keys of the secret stay out of the cluster. */
export function readGithubSecret(stack: TerraformStack, secretName: string): SecretSource {
  const { json, preconditions } = readSecret(stack, "github", secretName, (secret) => [
    isJson(secret),
    [
      `can(${secret}.github_token) || (${APP_KEYS.map((key) => `can(${secret}.${key})`).join(" && ")})`,
      `have the keys ${APP_KEYS.join(", ")}, or the key github_token`,
    ],
    form(secret, "github_app_id", "^([0-9]+|Iv[A-Za-z0-9.]+)$", "the App's id or client id"),
    form(secret, "github_app_installation_id", "^[0-9]+$", "digits"),
    form(secret, "github_app_private_key", "^-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key in PEM form"),
  ]);
  const keys = [...APP_KEYS, "github_token"].map((key) => `"${key}"`).join(", ");
  return { data: `{ for key, value in ${json} : key => value if contains([${keys}], key) }`, preconditions };
}

/** Dagger Cloud's token, under the key that its reader wants. */
export function readCloudToken(stack: TerraformStack, secretName: string): (key: string) => SecretSource {
  const { json, preconditions } = readSecret(stack, "dagger_cloud", secretName, (secret) => [
    isJson(secret),
    [`can(${secret}.token)`, "have the key token"],
  ]);
  return (key) => ({ data: `{ "${key}" = ${json}.token }`, preconditions });
}

/** The proxy's credentials, and its URLs with them. */
export function readProxySecret(stack: TerraformStack, proxy: NonNullable<Config["proxy"]>): SecretSource | undefined {
  if (proxy.secret === undefined) return undefined;
  const { json, preconditions } = readSecret(stack, "proxy", proxy.secret, (secret) => [
    isJson(secret),
    [`can(${secret}.username) && can(${secret}.password)`, "have the keys username and password"],
  ]);
  return { data: proxySecretData(proxy, json), preconditions };
}

export interface KubernetesSecretProps {
  readonly name: string;
  readonly namespace: string;
  readonly source: SecretSource;
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
    lifecycle: { precondition: [...props.source.preconditions] },
    dependsOn: props.dependsOn,
  });
  secret.addOverride("data_wo", `\${${props.source.data}}`);
  return secret;
}
