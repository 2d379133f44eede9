import type { AssumeRole } from "../../modules/config/fields/assume-role";
import type { Installation } from "../../modules/contract/installation";
import type { SynthesizedStack, TerraformJson } from "../synthesized";

/** What a synthesised stack says of the installation that it is part of. */
export interface Wanted extends Omit<Installation, "account"> {
  /** Only if the configuration names one; otherwise that of the credentials counts. */
  readonly account?: string;
  readonly profile?: string;
  readonly assumeRole?: AssumeRole;
}

/** Reads it from the stack itself, so that it is known also where only the stacks are at hand. */
export function wantedInstallation({ template }: SynthesizedStack): Wanted {
  const { default_tags = [], region = "", profile, allowed_account_ids = [], assume_role: [role] = [] } = awsProvider(template);
  const [account] = allowed_account_ids;
  return {
    name: default_tags[0]?.tags["dagger-ci/installation"] ?? "",
    region,
    ...(account === undefined ? {} : { account }),
    ...(profile === undefined ? {} : { profile }),
    ...(role === undefined ? {} : { assumeRole: { roleArn: role.role_arn, sessionName: role.session_name, externalId: role.external_id } }),
  };
}

interface AwsProvider {
  readonly region?: string;
  readonly profile?: string;
  readonly allowed_account_ids?: readonly string[];
  readonly assume_role?: readonly { readonly role_arn: string; readonly session_name: string; readonly external_id?: string }[];
  readonly default_tags?: readonly { readonly tags: Readonly<Record<string, string>> }[];
}
const awsProvider = (template: TerraformJson): AwsProvider => (template.provider as { aws?: AwsProvider[] } | undefined)?.aws?.[0] ?? {};
