import type { AssumeRole } from "../config/fields/assume-role";
import type { Config } from "../config/schema";

type Assuming = Pick<Config, "assumeRole">;

/** The role as a provider or a backend takes it. */
const asArguments = ({ roleArn, sessionName, externalId }: AssumeRole) => ({ roleArn, sessionName, ...(externalId === undefined ? {} : { externalId }) });

/** The role that the AWS provider takes, if it is to take one. */
export const providerRole = ({ assumeRole }: Assuming) => (assumeRole === undefined ? {} : { assumeRole: [asArguments(assumeRole)] });

/** The role that reads and writes states in S3: one of its own, the installation's, or none. */
export function stateRole({ assumeRole, state }: Assuming & Pick<Config, "state">) {
  const role = (state.type === "s3" ? state.assumeRole : undefined) ?? assumeRole;
  return role === undefined || role === false ? undefined : asArguments(role);
}

/**
 * Takes a role and asks for the cluster's token with it: `aws eks get-token` itself knows neither session names nor external
 * ids. Its arguments are cluster and region, then those of `sts assume-role`.
 */
const TOKEN_BY_ROLE = [
  "set -eu",
  "cluster=$1 region=$2",
  "shift 2",
  "credentials=$(aws sts assume-role --region \"$region\" \"$@\" --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)",
  "set -- $credentials",
  "export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3",
  'exec aws eks get-token --cluster-name "$cluster" --region "$region"',
].join("\n");

/** The command that gives a token for the cluster, as Terraform itself reaches AWS. */
export function tokenCommand({ region, profile, assumeRole }: Assuming & Pick<Config, "region" | "profile">, clusterName: string): { readonly command: string; readonly args: string[] } {
  const withProfile = profile === undefined ? [] : ["--profile", profile];
  if (assumeRole === undefined) return { command: "aws", args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, ...withProfile] };
  const { roleArn, sessionName, externalId } = assumeRole;
  const role = ["--role-arn", roleArn, "--role-session-name", sessionName, ...(externalId === undefined ? [] : ["--external-id", externalId])];
  return { command: "sh", args: ["-c", TOKEN_BY_ROLE, "get-token", clusterName, region, ...role, ...withProfile] };
}
