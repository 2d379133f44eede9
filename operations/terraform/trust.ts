import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { GUARD_CHART, guardFiles } from "../../modules/addons/guard";
import { wrapperFiles } from "../../modules/cdktf/chart-with-crds";
import { CHARTS_FOLDER } from "../../modules/cdktf/local-chart";
import { OBJECT_CHARTS, objectsChartFiles } from "../../modules/cdktf/objects-release";
import { INSTALLATION } from "../../modules/contract/installation";
import { OUTPUTS, STACKS, type StackId } from "../../modules/contract/outputs";
import { knownCharts, type Chart } from "../../modules/contract/sources";
import { UserError } from "../../modules/user-error";
import { readSynthesized, type SynthesizedStack, type TerraformJson } from "../synthesized";
import { expressionsIn, usesOf } from "./expressions";
import { stackFolder, TEMPLATE } from "./stacks";
import { BLOCKS, CONDITION, FUNCTIONS, LIFECYCLE, MANIFESTS, RESOURCES, ROOTS } from "./trust-kinds";

type Named = Readonly<Record<string, unknown>>;

/**
 * Stacks that nobody has reviewed yet, such as those of a pull request, as far as a plan of them can do no more than
 * read: made of nothing but what the project itself writes, reaching AWS, cluster, charts and lookups exactly as the
 * base does. What is not known is refused, by its name. What was checked is written back, with a manifest of it, so that
 * Terraform and a review read just that: of two blocks of one name, say, a reader of JSON sees one and Terraform both.
 * @throws UserError with everything that is refused.
 */
export function trusted(outdir: string, base: readonly SynthesizedStack[], names: readonly string[] = []): SynthesizedStack[] {
  const wanted = base.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.filter((name) => !base.some((stack) => stack.name === name));
  const read = wanted.map(({ name, dependencies, template: before }) => {
    const { template, found } = readStack(outdir, name, charts(before));
    return { name, dependencies, template, found: [...found, ...foreignParts(name as StackId, template, before)] };
  });
  const found = [
    ...unknown.map((name) => `${name}: not a stack of the base`),
    ...strangers(outdir, base).map((folder) => `${folder}: not a stack of the base`),
    ...read.flatMap((stack) => stack.found.map((part) => `${stack.name}: ${part}`)),
  ];
  if (found.length > 0) throw new UserError(`not planned, because a plan could do more than read:\n${found.join("\n")}`);
  const stacks: Record<string, object> = {};
  for (const { name, dependencies, template } of read) {
    writeFileSync(join(stackFolder(outdir, name), TEMPLATE), JSON.stringify(template, null, 2));
    stacks[name] = { name, dependencies, synthesizedStackPath: `stacks/${name}/${TEMPLATE}` };
  }
  writeFileSync(join(outdir, "manifest.json"), JSON.stringify({ stacks }, null, 2));
  return read.map(({ name, dependencies, template }) => ({ name, dependencies, template }));
}

/** The stacks of the base: from a folder, or of the configuration at hand. */
export async function baseStacks(folder: string | undefined, synthesize: () => Promise<string>): Promise<SynthesizedStack[]> {
  try {
    if (folder !== undefined) return readSynthesized(folder);
    const own = await synthesize();
    try {
      return readSynthesized(own);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  } catch (error) {
    throw new UserError(
      "not planned, because there is nothing that the stacks could be compared with: pass --base <folder> with the\n" +
        `synthesised stacks of the branch that is trusted (${(error as Error).message.split("\n")[0]!})`,
    );
  }
}

/** Folders that would be stacks, but not of the base. */
const strangers = (outdir: string, base: readonly SynthesizedStack[]): string[] => {
  try {
    return readdirSync(join(outdir, "stacks")).filter((folder) => !base.some(({ name }) => name === folder));
  } catch {
    return [];
  }
};

/** A stack as Terraform will read it, whatever a manifest says; nothing of a file that is not plain. */
function readStack(outdir: string, name: string, known: ReadonlySet<string>): { template: TerraformJson; found: string[] } {
  const folder = stackFolder(outdir, name);
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({ path: relative(folder, join(entry.parentPath, entry.name)), plain: entry.isFile() }));
    const template = files.find(({ path, plain }) => path === TEMPLATE && plain);
    if (!template || lstatSync(folder).isSymbolicLink()) throw new Error("a link");
    const read = JSON.parse(readFileSync(join(folder, TEMPLATE), "utf8")) as unknown;
    if (typeof read !== "object" || read === null || Array.isArray(read)) throw new Error("no object");
    const strange = files.filter(({ path, plain }) => path !== TEMPLATE && !(plain && isOurChart(folder, path, known)));
    return { template: read as TerraformJson, found: strange.map(({ path }) => `file ${path}`) };
  } catch {
    // What is wrong with it could show a file that it leads to.
    return { template: {}, found: [`${TEMPLATE} is no plain file with JSON`] };
  }
}

/** Whether a file is one of the charts that the project's own synth writes around a chart that is known. */
function isOurChart(folder: string, file: string, known: ReadonlySet<string>): boolean {
  const [, name, path] = /^charts\/([^/]+)\/(.*)$/.exec(file) ?? [];
  if (name === undefined || path === undefined) return false;
  const text = readFileSync(join(folder, file), "utf8");
  if (name === GUARD_CHART) return guardFiles[path] === text;
  if (OBJECT_CHARTS.some((one) => one === name)) return objectsChartFiles(name)[path] === text;
  try {
    const { dependencies = [] } = JSON.parse(readFileSync(join(folder, CHARTS_FOLDER, name, "Chart.yaml"), "utf8")) as { dependencies?: Partial<Chart>[] };
    const { repository = "", version = "" } = dependencies[0] ?? {};
    const chart = { name, repository, version };
    return known.has(chartOf({ repository, chart: name })) && VERSION.test(version) && wrapperFiles(chart)[path] === text;
  } catch {
    return false;
  }
}
const VERSION = /^v?\d+\.\d+\.\d+$/;

/** Everything in a stack that the project does not write, or that the base has otherwise, by name and without values. */
export function foreignParts(name: StackId, template: TerraformJson, base: TerraformJson): string[] {
  if (!(STACKS as readonly string[]).includes(name)) return ["not a stack of the project"];
  const ofBase = new Set(texts(base).flatMap(expressionsIn));
  return [
    ...others("block", template, BLOCKS),
    ...["terraform", "provider"].flatMap((block) => (isDeepStrictEqual(template[block], base[block]) ? [] : [`${block}: not the base's`])),
    ...["data", "ephemeral"].flatMap((block) => unlikeBase(block, entries(template[block]), entries(base[block]))),
    ...Object.entries(entries(template.output)).flatMap(([output, body]) => [
      ...(output in OUTPUTS[name] || output === INSTALLATION ? [] : [`output.${output}`]),
      ...others(`output.${output}`, body, ["value"]),
    ]),
    ...Object.entries(entries(template.resource)).flatMap(([type, named]) =>
      Object.entries(entries(named)).flatMap(([id, body]) => resourceParts(type, id, entries(body), charts(base))),
    ),
    ...[template.removed ?? []].flat().flatMap((one, i) => (isForgotten(one) ? [] : [`removed[${i}]`])),
    ...["locals", "output", "resource"].flatMap((block) => expressionParts(block, template[block], ofBase)),
  ];
}

/** Something that Terraform forgets, without touching it. */
const isForgotten = (block: unknown): boolean => isDeepStrictEqual(block, { from: entries(block).from, lifecycle: { destroy: false } });

const entries = (value: unknown): Named => (typeof value === "object" && value !== null ? (value as Named) : {});

const others = (where: string, value: unknown, allowed: readonly string[]): string[] =>
  Object.keys(entries(value)).flatMap((key) => (allowed.includes(key) ? [] : [`${where}.${key}`]));

/** Lookups by type and name that the base does not have in just this form. One that is gone does no harm. */
const unlikeBase = (block: string, now: Named, before: Named): string[] =>
  Object.entries(now).flatMap(([type, named]) =>
    Object.entries(entries(named)).flatMap(([id, body]) =>
      isDeepStrictEqual(body, entries(before[type])[id]) ? [] : [`${block}.${type}.${id}: not the base's`],
    ),
  );

function resourceParts(type: string, id: string, body: Named, known: ReadonlySet<string>): string[] {
  const where = `resource.${type}.${id}`;
  const allowed = RESOURCES[type];
  if (!allowed || Array.isArray(body)) return [where];
  const lifecycle = entries(body.lifecycle);
  const conditions = [lifecycle.precondition ?? [], lifecycle.postcondition ?? []].flat();
  return [
    ...others(where, body, ["//", "depends_on", ...allowed]),
    ...others(`${where}.lifecycle`, lifecycle, LIFECYCLE),
    ...conditions.flatMap((one) => others(`${where}.lifecycle.condition`, one, CONDITION)),
    ...(type === "helm_release" && !known.has(chartOf(body)) ? [`${where}: chart ${chartOf(body)}`] : []),
    ...(type === "helm_release" && !VERSION.test(String(body.version)) ? [`${where}.version`] : []),
    ...(type === "kubernetes_manifest" ? manifestParts(where, body) : []),
    ...(allowed.includes("provider") && "provider" in body && body.provider !== "aws.untagged" ? [`${where}.provider`] : []),
  ];
}

/** A manifest is of a kind that the project writes. */
function manifestParts(where: string, { manifest }: Named): string[] {
  if (typeof manifest === "string") return [`${where}.manifest`];
  const { kind } = entries(manifest);
  return MANIFESTS.includes(String(kind)) ? [] : [`${where}: kind ${typeof kind === "string" ? kind : "none"}`];
}

const chartOf = ({ repository, chart }: Named): string => [chart, ...(repository === undefined ? [] : [repository])].map(String).join(" of ");
/** Charts that the project knows, where they are at home or wrapped beside the stack, and those of the base's releases. */
const charts = ({ resource }: TerraformJson): ReadonlySet<string> =>
  new Set([
    ...knownCharts().flatMap(({ repository, name }) => [{ repository, chart: name }, { chart: `./${CHARTS_FOLDER}/${name}` }].map(chartOf)),
    ...[GUARD_CHART, ...OBJECT_CHARTS].map((name) => chartOf({ chart: `./${CHARTS_FOLDER}/${name}` })),
    ...Object.values(entries(resource?.helm_release)).map((body) => chartOf(entries(body))),
  ]);

/** All texts in a value: what is written, and the names in maps, which Terraform reads as templates too. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? value.flatMap(texts) : Object.entries(value).flatMap(([key, item]) => [key, ...texts(item)]);
}

/** Expressions with functions or references that the project does not write; those on secrets must be the base's own. */
const expressionParts = (where: string, value: unknown, ofBase: ReadonlySet<string>): string[] => {
  const found = texts(value).flatMap(expressionsIn).flatMap((expression) => {
    const { functions, roots, unreadable } = usesOf(expression);
    if (unreadable !== undefined) return [`${where}: expression ${unreadable.slice(0, 40)}`];
    return [
      ...functions.filter((name) => !FUNCTIONS.includes(name)).map((name) => `${where}: function ${name}`),
      ...roots.filter((root) => !ROOTS.includes(root) && !(root in RESOURCES)).map((root) => `${where}: reference to ${root}`),
      ...(roots.includes("ephemeral") && !ofBase.has(expression) ? [`${where}: an expression on a secret that is not the base's`] : []),
    ];
  });
  return [...new Set(found)];
};
