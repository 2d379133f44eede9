import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../modules/user-error";

/** Where states are now. */
export interface StateSource {
  /** For people. */
  readonly place: string;
  /** The backend of a stack there, as Terraform writes it in JSON. */
  readonly backend: (stack: string) => Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether there may be a state of a stack; of a bucket only Terraform can tell. */
  readonly mayHold: (stack: string) => boolean;
}

export interface BucketOptions {
  readonly region: string;
  readonly profile?: string;
}

/**
 * Reads what follows `--from`: `s3://bucket/prefix`, or a folder with a `<stack>.tfstate` for each stack.
 * @throws UserError if it is neither.
 */
export function stateSource(from: string, { region, profile }: BucketOptions): StateSource {
  const s3 = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(from);
  if (s3) {
    const [, bucket, prefix] = s3;
    return {
      place: `s3://${bucket}/${prefix}`,
      backend: (stack) => ({
        s3: { bucket, key: `${prefix}/${stack}.tfstate`, region, encrypt: true, use_lockfile: true, ...(profile === undefined ? {} : { profile }) },
      }),
      mayHold: () => true,
    };
  }
  if (from.includes("://")) throw new UserError(`--from ${from}: s3://bucket/prefix, or a folder`);
  if (!existsSync(from) || !statSync(from).isDirectory()) throw new UserError(`--from ${from}: there is no such folder`);
  return {
    place: from,
    backend: (stack) => ({ local: { path: resolve(from, `${stack}.tfstate`) } }),
    mayHold: (stack) => existsSync(join(from, `${stack}.tfstate`)),
  };
}
