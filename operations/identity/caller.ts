import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { UserError } from "../../modules/user-error";
import type { AwsIdentity } from "../aws-settings";
import { patientSettings } from "./account";

/** Account of the credentials, or of the role that is taken with them; nothing where AWS gives no answer, and then its provider works with them no more than we do. */
export async function accountOfCredentials(identity: AwsIdentity): Promise<string | undefined> {
  try {
    return (await new STSClient(patientSettings(identity)).send(new GetCallerIdentityCommand({}))).Account;
  } catch {
    return undefined;
  }
}

/**
 * Terraform evaluates no condition when it destroys. With the credentials of another account it finds nothing of what
 * stands there, takes that for gone, and empties the state.
 * @throws UserError if a stack is in another account than that of the credentials.
 */
export function requireAccount(standing: readonly { readonly name: string; readonly account?: string }[], credentials: string | undefined): void {
  const other = standing.find(({ account }) => account !== undefined && credentials !== undefined && account !== credentials);
  if (other === undefined) return;
  throw new UserError(
    `${other.name} stands in account ${other.account}, but the credentials are of account ${credentials}: nothing of it would be found there, and its state would be emptied.\nNothing was changed.`,
  );
}
