import type { Installation } from "../../modules/contract/installation";
import type { SynthesizedStack, TerraformJson } from "../synthesized";

/** What a synthesised stack says of the installation that it is part of. */
export interface Wanted extends Omit<Installation, "account"> {
  /** Only if the configuration names one; otherwise that of the credentials counts. */
  readonly account?: string;
  readonly profile?: string;
}

/** Reads it from the stack itself, so that it is known also where only the stacks are at hand. */
export function wantedInstallation({ template }: SynthesizedStack): Wanted {
  const { default_tags = [], region = "", profile, allowed_account_ids = [] } = awsProvider(template);
  const [account] = allowed_account_ids;
  return {
    name: default_tags[0]?.tags["dagger-ci/installation"] ?? "",
    region,
    ...(account === undefined ? {} : { account }),
    ...(profile === undefined ? {} : { profile }),
  };
}

interface AwsProvider {
  readonly region?: string;
  readonly profile?: string;
  readonly allowed_account_ids?: readonly string[];
  readonly default_tags?: readonly { readonly tags: Readonly<Record<string, string>> }[];
}
const awsProvider = (template: TerraformJson): AwsProvider => (template.provider as { aws?: AwsProvider[] } | undefined)?.aws?.[0] ?? {};

/** Where a synthesised stack keeps its state, for people: `s3://bucket/key`, or a path from the project's folder. */
export function statePlace({ template }: SynthesizedStack): string {
  const { backend } = template.terraform as { backend: { s3?: { bucket: string; key: string }; local?: { path: string } } };
  return backend.s3 ? `s3://${backend.s3.bucket}/${backend.s3.key}` : (backend.local?.path ?? "").replace("../../../", "");
}
