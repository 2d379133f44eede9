import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { GUARD_CHART, guardFiles } from "../../modules/addons-guard";
import { wrapperFiles } from "../../modules/cdktf/chart-with-crds";
import { CHARTS_FOLDER } from "../../modules/cdktf/local-chart";
import { STACKS } from "../../modules/contract/outputs";
import type { Chart } from "../../modules/contract/sources";
import type { SynthesizedStack } from "../synthesized";
import { UserError } from "../../modules/user-error";
import { stackFolder, TEMPLATE } from "./stacks";

/** Providers of the project and the settings of each that it uses. Any other setting could send credentials away. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  aws: ["region", "profile", "allowed_account_ids", "default_tags"],
  helm: ["kubernetes"],
  kubernetes: ["host", "cluster_ca_certificate", "exec"],
};
const ACCESS = ["host", "cluster_ca_certificate", "exec"];
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  local: ["path"],
  s3: ["bucket", "key", "region", "profile", "encrypt", "kms_key_id", "use_lockfile", "workspace"],
};
/** What may be looked up. No secret is among them: a plan shows what was looked up. */
const LOOKUPS = ["aws_availability_zones", "aws_caller_identity", "aws_eks_cluster", "aws_subnets", "terraform_remote_state"];
/** The cluster's address comes from the cluster stack, from nowhere else. */
const CLUSTER_ADDRESS = /^\$\{data\.terraform_remote_state\.cluster\.outputs\.[a-z_]+\}$/;
const BLOCKS = ["//", "terraform", "provider", "resource", "data", "output", "ephemeral", "locals", "removed"];

/**
 * Refuses stacks that could do more during a plan than read: run a program, use another provider, or talk to another
 * endpoint. For plans of pull requests, whose synthesised stacks are made by code that nobody has reviewed yet.
 */
export function mistrust(stacks: readonly SynthesizedStack[], outdir: string): void {
  const found = stacks.flatMap(({ name }) => {
    if (!(STACKS as readonly string[]).includes(name)) return [`${name}: not a stack of the project`];
    const folder = stackFolder(outdir, name);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((file) => file !== TEMPLATE && !isOurChart(folder, file))
      .map((file) => `file ${file}`);
    // Terraform reads this file, whatever the manifest says.
    const template = JSON.parse(readFileSync(join(folder, TEMPLATE), "utf8")) as Record<string, unknown>;
    return [...files, ...foreignParts(template)].map((part) => `${name}: ${part}`);
  });
  if (found.length > 0) throw new UserError(`not planned, because a plan could do more than read:\n${found.join("\n")}`);
}

/** Whether a file is one of the charts that the project's own synth writes around a chart of a registry. */
function isOurChart(folder: string, file: string): boolean {
  const [, chart, path] = /^charts\/([^/]+)\/(.*)$/.exec(file) ?? [];
  if (chart === undefined || path === undefined) return false;
  const text = readFileSync(join(folder, file), "utf8");
  if (chart === GUARD_CHART) return guardFiles[path] === text;
  const { dependencies } = chartMetadata(join(folder, CHARTS_FOLDER, chart));
  const [{ repository = "", version = "" } = {}] = list(dependencies) as Partial<Chart>[];
  if (!/^(oci|https):\/\//.test(repository)) return false;
  return wrapperFiles({ name: chart, repository, version })[path] === text;
}

/** What a folder says that it is, as far as it can be read. */
function chartMetadata(folder: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(join(folder, "Chart.yaml"), "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const list = (value: unknown): Record<string, unknown>[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]) as Record<string, unknown>[];

const others = (where: string, value: unknown, allowed: readonly string[]): string[] =>
  list(value).flatMap((item) => Object.keys(item).filter((key) => !allowed.includes(key)).map((key) => `${where}.${key}`));

/** Everything in a stack that is not of the kinds above. */
export function foreignParts(template: Readonly<Record<string, unknown>>): string[] {
  const terraform = list(template.terraform);
  const providers = list(template.provider);
  const of = (name: string) => providers.flatMap((provider) => list(provider[name]));
  return [
    ...others("block", template, BLOCKS),
    ...others("terraform", terraform, ["backend", "required_providers", "required_version"]),
    ...terraform.flatMap(({ backend }) => settings("backend", backend, BACKENDS)),
    ...terraform.flatMap(({ required_providers }) => sources(required_providers)),
    ...providers.flatMap((provider) => settings("provider", provider, PROVIDERS)),
    ...of("helm").flatMap(({ kubernetes }) => others("provider.helm.kubernetes", kubernetes, ACCESS)),
    ...[...of("kubernetes"), ...of("helm").flatMap(({ kubernetes }) => list(kubernetes))].flatMap(({ host, exec }) => [
      ...(CLUSTER_ADDRESS.test(String(host)) ? [] : [`cluster address ${String(host)}`]),
      ...programs(exec),
    ]),
    ...others("removed", template.removed, ["from", "lifecycle"]),
    ...["resource", "data", "ephemeral"].flatMap((kind) => items(kind, template[kind])),
  ];
}

const settings = (where: string, value: unknown, allowed: Readonly<Record<string, readonly string[]>>): string[] =>
  list(value).flatMap((item) =>
    Object.entries(item).flatMap(([name, body]) => others(`${where}.${name}`, body, allowed[name] ?? [])),
  );

const sources = (value: unknown): string[] =>
  list(value).flatMap((item) =>
    Object.entries(item as Record<string, { source?: string }>).flatMap(([name, { source = name }]) =>
      [name, `hashicorp/${name}`].includes(source) && name in PROVIDERS ? [] : [`provider ${source}`],
    ),
  );

const programs = (exec: unknown): string[] =>
  list(exec).flatMap(({ command, args }) =>
    command === "aws" && (args as unknown[] | undefined)?.slice(0, 2).join(" ") === "eks get-token"
      ? []
      : [`program ${String(command)}`],
  );

function items(kind: string, value: unknown): string[] {
  return Object.entries((value ?? {}) as Record<string, Record<string, Record<string, unknown>>>).flatMap(([type, named]) => {
    const isRemoteState = kind === "data" && type === "terraform_remote_state";
    // Terraform's own terraform_data only remembers something in the state.
    if (kind === "data" ? !LOOKUPS.includes(type) : type !== "terraform_data" && !((type.split("_")[0] ?? "") in PROVIDERS)) return [`${kind}.${type}`];
    return Object.entries(named).flatMap(([name, body]) => [
      ...["provisioner", "postrender", "connection"].filter((key) => body[key] !== undefined).map((key) => `${kind}.${type}.${name}.${key}`),
      ...(isRemoteState ? settings(`${kind}.${type}.${name}`, { [String(body.backend)]: body.config }, BACKENDS) : []),
    ]);
  });
}
