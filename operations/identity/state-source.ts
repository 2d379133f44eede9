import { existsSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../modules/config/schema";
import { stateRole } from "../../modules/cdktf/assumed-role";
import { loadConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { readSynthesized } from "../synthesized";
import { stackFolder } from "../terraform/stacks";
import { synthesizeApart } from "../terraform/synth";
import { backendOf, localPath, statePlace, type BackendBlock } from "./state-place";

/** Where states are now. */
export interface StateSource {
  /** For people. */
  readonly place: string;
  /** The backend of a stack there, as Terraform writes it in JSON. */
  readonly backend: (stack: string) => BackendBlock;
  /** Whether there may be a state of a stack; but for files only Terraform can tell. */
  readonly mayHold: (stack: string) => boolean;
}

/** What is to be known besides: of the configuration, and where stacks are. */
export interface SourceOptions {
  /** Region of a bucket. */
  readonly region: string;
  readonly config: Pick<Config, "profile" | "assumeRole" | "state">;
  readonly outdir: string;
}

const PLACES = "s3://bucket/prefix, a folder, or a configuration file (.yaml) with state as it was";

/**
 * Reads what follows `--from`: `s3://bucket/prefix`, a folder with a `<stack>.tfstate` for each stack, or a configuration
 * file from before, which may have any backend.
 * @throws UserError if it is none of these.
 */
export async function stateSource(from: string, { region, config, outdir }: SourceOptions): Promise<StateSource> {
  const s3 = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(from);
  if (s3) {
    const [, bucket, prefix] = s3;
    return { place: `s3://${bucket}/${prefix}`, backend: (stack) => ({ backend: { s3: bucketSettings(bucket!, `${prefix}/${stack}.tfstate`, region, config) } }), mayHold: () => true };
  }
  if (from.includes("://")) throw new UserError(`--from ${from}: ${PLACES}`);
  if (/\.ya?ml$/.test(from)) return ofConfiguration(from, outdir);
  if (!existsSync(from) || !statSync(from).isDirectory()) throw new UserError(`--from ${from}: there is no such folder`);
  return {
    place: from,
    backend: (stack) => ({ backend: { local: { path: resolve(from, `${stack}.tfstate`) } } }),
    mayHold: (stack) => existsSync(join(from, `${stack}.tfstate`)),
  };
}

function bucketSettings(bucket: string, key: string, region: string, config: SourceOptions["config"]) {
  const role = stateRole(config);
  const assumeRole = role && { role_arn: role.roleArn, session_name: role.sessionName, ...(role.externalId === undefined ? {} : { external_id: role.externalId }) };
  return {
    ...{ bucket, key, region, encrypt: true, use_lockfile: true },
    ...(config.profile === undefined ? {} : { profile: config.profile }),
    ...(assumeRole === undefined ? {} : { assume_role: assumeRole }),
  };
}

/** The backends that stacks of another configuration have. */
async function ofConfiguration(file: string, outdir: string): Promise<StateSource> {
  const folder = await synthesizeApart(loadConfig(file));
  const stacks = readSynthesized(folder);
  rmSync(folder, { recursive: true });
  const template = (name: string) => stacks.find((stack) => stack.name === name)!.template;
  return {
    place: dirname(statePlace(stacks[0]!)),
    backend: (stack) => backendOf(template(stack)),
    mayHold: (stack) => {
      const path = localPath(template(stack));
      return path === undefined || existsSync(resolve(stackFolder(outdir, stack), path));
    },
  };
}
