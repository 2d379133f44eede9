import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { UserError } from "../../modules/user-error";
import { awsSettings } from "./account";

/** Account of the credentials; nothing where AWS gives no answer, and then its provider works with them no more than we do. */
export async function accountOfCredentials(region: string, profile?: string): Promise<string | undefined> {
  try {
    return (await new STSClient(awsSettings(region, profile)).send(new GetCallerIdentityCommand({}))).Account;
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
