import { createHash } from "node:crypto";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable, Precondition, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { GithubConfig } from "../config/github";
import type { Config } from "../config/schema";
import { proxySecretData } from "../contract/proxy";

/** Name of the Kubernetes Secret with GitHub's credentials, in each namespace that needs it. */
export const GITHUB_SECRET = "github-credentials";

/** Annotation of pods that read GitHub's credentials only at their start: another revision, another pod. */
export const secretRevision = ({ secretRevision }: GithubConfig) => ({ "dagger-ci/github-secret-revision": String(secretRevision) });

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

/** GitHub's credentials: a GitHub App's three keys, or a token. Other keys of the secret stay out of the cluster. `id` is unique in the stack. */
export function readGithubSecret(stack: TerraformStack, secretName: string, id = "github"): SecretSource {
  const { json, preconditions } = readSecret(stack, id, secretName, (secret) => [
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

/** Credentials of registries, as kubelet reads them. @returns undefined where there are none. */
export function readRegistrySecret(stack: TerraformStack, credentials: Readonly<Record<string, string>>): SecretSource | undefined {
  const hosts = Object.entries(credentials).map(([host, secretName]) => {
    const { json, preconditions } = readSecret(stack, secretId(secretName), secretName, (secret) => [
      isJson(secret),
      [`can(${secret}.username) && can(${secret}.password)`, "have the keys username and password"],
    ]);
    const auth = `base64encode(format("%s:%s", ${json}.username, ${json}.password))`;
    // Docker Hub's credentials go by the address of its first API.
    const key = host === "docker.io" ? "https://index.docker.io/v1/" : host;
    return { entry: `"${key}" = { "username" = ${json}.username, "password" = ${json}.password, "auth" = ${auth} }`, preconditions };
  });
  if (hosts.length === 0) return undefined;
  return {
    data: `{ ".dockerconfigjson" = jsonencode({ "auths" = { ${hosts.map(({ entry }) => entry).join(", ")} } }) }`,
    preconditions: hosts.flatMap(({ preconditions }) => preconditions),
  };
}

/** Values of several secrets, each under a name of its own. */
export function readValues(stack: TerraformStack, values: Readonly<Record<string, { readonly secret: string; readonly key: string }>>): SecretSource {
  const read = Object.entries(values).map(([name, { secret: secretName, key }]) => {
    const { json, preconditions } = readSecret(stack, secretId(secretName), secretName, (secret) => [
      isJson(secret),
      [`can(tostring(${secret}["${key}"]))`, `have a text in ${key}`],
    ]);
    return { entry: `"${name}" = tostring(${json}["${key}"])`, preconditions };
  });
  const preconditions = read.flatMap((one) => one.preconditions);
  const unique = preconditions.filter(({ condition }, i) => preconditions.findIndex((other) => other.condition === condition) === i);
  return { data: `{ ${read.map(({ entry }) => entry).join(", ")} }`, preconditions: unique };
}

/** Id of a secret that several parts read: its name may have signs that Terraform's ids have not. */
const secretId = (secretName: string): string => `secret_${createHash("sha256").update(secretName).digest("hex").slice(0, 12)}`;

export interface KubernetesSecretProps {
  readonly name: string;
  /** Default: Opaque. */
  readonly type?: string;
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
    type: props.type ?? "Opaque",
    dataWoRevision: props.revision,
    lifecycle: { precondition: [...props.source.preconditions] },
    dependsOn: props.dependsOn,
  });
  secret.addOverride("data_wo", `\${${props.source.data}}`);
  return secret;
}
