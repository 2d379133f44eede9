import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { AssumeRole } from "../modules/config/fields/assume-role";
import type { Config } from "../modules/config/schema";

/** Whom AWS is asked as, and where: of a configuration, or as a synthesised stack says it. */
export type AwsIdentity = Pick<Config, "region" | "profile" | "assumeRole">;

/** Settings of AWS clients, so that all ask as Terraform does. */
export function awsSettings({ region, profile, assumeRole }: AwsIdentity) {
  const own = { region, ...(profile === undefined ? {} : { profile }) };
  return assumeRole === undefined ? own : { region, credentials: () => takeRole(own, assumeRole) };
}

/** Credentials of a role, taken with those of the profile or of the environment. Clients keep them until they run out. */
async function takeRole(own: { readonly region: string; readonly profile?: string }, { roleArn, sessionName, externalId }: AssumeRole) {
  const request = { RoleArn: roleArn, RoleSessionName: sessionName, ...(externalId === undefined ? {} : { ExternalId: externalId }) };
  const { Credentials } = await new STSClient({ ...own, maxAttempts: 2 }).send(new AssumeRoleCommand(request));
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken: sessionToken = "", Expiration: expiration } = Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken, ...(expiration === undefined ? {} : { expiration }) };
}
