import type { SynthesizedStack, TerraformJson } from "../synthesized";

type Settings = Readonly<Record<string, unknown>>;
/** A backend as Terraform writes it in JSON; that of HCP Terraform has a block of its own. */
export type BackendBlock = { readonly backend: Readonly<Record<string, Settings>> } | { readonly cloud: Settings };

/** The backend of a synthesised stack. */
export function backendOf({ terraform }: TerraformJson): BackendBlock {
  const { backend, cloud } = terraform as { backend?: Record<string, Settings>; cloud?: Settings };
  return cloud === undefined ? { backend: backend ?? {} } : { cloud };
}

/** Path of a state that is a file, from the stack's folder. */
export function localPath(template: TerraformJson): string | undefined {
  const block = backendOf(template);
  return "backend" in block ? (block.backend.local?.path as string | undefined) : undefined;
}

/** How the place of a state is called, by the kind of its backend: the stack's name is at the end. */
const NAMES: Readonly<Record<string, (settings: Record<string, string>) => string>> = {
  local: ({ path }) => path!.replace("../../../", ""),
  s3: ({ bucket, key }) => `s3://${bucket}/${key}`,
  gcs: ({ bucket, prefix }) => `gs://${bucket}/${prefix}`,
  azurerm: ({ storage_account_name: account, container_name: container, key }) => `azurerm://${account}/${container}/${key}`,
  http: ({ address }) => address!,
};

/** Where a synthesised stack keeps its state, for people: `s3://bucket/key`, say, or a path from the project's folder. */
export function statePlace({ template }: Pick<SynthesizedStack, "template">): string {
  const block = backendOf(template);
  if ("cloud" in block) {
    const { hostname, organization, workspaces } = block.cloud as { hostname: string; organization: string; workspaces: { name: string } };
    return `${hostname}/${organization}/${workspaces.name}`;
  }
  const [[type, settings] = ["", {}]] = Object.entries(block.backend);
  return NAMES[type]?.(settings as Record<string, string>) ?? "";
}
