import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readHelmValues } from "../../modules/cdktf/helm-values";
import { parseConfig } from "../../modules/load-config";
import type { Config } from "../../modules/config/schema";
import { readSynthesized, type TerraformJson } from "../../operations/synthesized";
import { STACKS, type StackId } from "../../modules/contract/outputs";
import { EVERYTHING, PROJECT, SCENARIOS, scenarioNames, type Scenario } from "./scenarios";
import { onceARun } from "./run-cache";

export { EVERYTHING, PROJECT, SCENARIOS, scenarioNames, type Scenario };

/** The `Chart.yaml` that the synth writes around a chart with CRDs. */
export interface Wrapper {
  readonly version: string;
  readonly dependencies: readonly { readonly name: string; readonly version: string; readonly repository: string }[];
}

export interface Synthesized {
  /** The charts beside the addons stack, by the name of the chart inside. */
  readonly wrappers: Record<string, Wrapper>;
  readonly config: Config;
  /** Each stack as cdktf's `Testing` renders it: the text that its matchers take. */
  readonly json: Record<StackId, string>;
  /** The same as objects. */
  readonly stacks: Record<StackId, TerraformJson>;
  readonly dependencies: Record<StackId, readonly string[]>;
}

const cache = new Map<string, Synthesized>();

/** The stacks of a YAML configuration, made once for each text; each is rendered when somebody looks at it. */
export function synthesize(yaml: string): Synthesized {
  const known = cache.get(yaml);
  if (known) return known;
  const config = parseConfig(yaml);
  const json = eachStack((id) => onceARun(`${id} ${yaml}`, () => withStacks().renderStack(config, id)));
  const files = once(() => filesOf(writtenBy(yaml)));
  const result: Synthesized = {
    config,
    json,
    stacks: eachStack((id) => JSON.parse(json[id]) as TerraformJson),
    get wrappers() {
      return files().wrappers;
    },
    get dependencies() {
      return files().dependencies;
    },
  };
  cache.set(yaml, result);
  return result;
}

function once<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
}

/** An object with a property for each stack, made when it is first read. */
function eachStack<T>(make: (id: StackId) => T): Record<StackId, T> {
  const getters = STACKS.map((id) => [id, { enumerable: true, get: once(() => make(id)) }]);
  return Object.defineProperties({}, Object.fromEntries(getters) as PropertyDescriptorMap) as Record<StackId, T>;
}

/** cdktf and its bindings take half a second to load: only for what no other file has synthesised yet. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- `import` would make every test that synthesises asynchronous
const withStacks = () => require("./testing") as typeof import("./testing");

/** What the synth writes beside the stacks' own files. */
function filesOf(folder: string): Pick<Synthesized, "wrappers" | "dependencies"> {
  const charts = join(folder, "stacks/addons/charts");
  return {
    wrappers: Object.fromEntries(
      (existsSync(charts) ? readdirSync(charts) : []).map((name) => [
        name,
        JSON.parse(readFileSync(join(charts, name, "Chart.yaml"), "utf8")) as Wrapper,
      ]),
    ),
    dependencies: Object.fromEntries(
      readSynthesized(folder).map(({ name, dependencies }) => [name, dependencies]),
    ) as Synthesized["dependencies"],
  };
}

/** The folder with all that a synth of a configuration writes, once a run: to be read only. */
export const writtenBy = (yaml: string): string =>
  onceARun(`folder ${yaml}`, () => {
    mkdirSync(process.env.TEST_RUN!, { recursive: true });
    return withStacks().synthesize(parseConfig(yaml), mkdtempSync(join(process.env.TEST_RUN!, "synthesised-")));
  });

/** Writes what a synth of a configuration writes. */
export const writeSynthesized = (yaml: string, outdir: string): void => cpSync(writtenBy(yaml), outdir, { recursive: true });

export const textOf = (name: Scenario): string => readFileSync(join(PROJECT, SCENARIOS[name]), "utf8");
export const scenario = (name: Scenario): Synthesized => synthesize(textOf(name));

/** The least that a configuration needs, followed by what a test adds. */
export const minimal = (more = "") =>
  `name: dagger-ci\nregion: eu-west-1\ngithub: {organization: acme, secret: dagger-ci/github}\n${more}`;

/** An existing VPC and cluster, for what only a cluster that exists can have. */
export const EXISTING_VPC =
  "network: {mode: existing, vpcId: vpc-0123456789abcdef0, privateSubnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}";
export const EXISTING = `${EXISTING_VPC}\ncluster: {mode: existing, name: platform}`;
/** What a VPC without NAT needs besides: a way to GitHub and to registries. */
export const WAY_OUT = "proxy: {https: http://proxy.acme.example:3128}";


/** All resources of a type in a stack. */
export const resources = (template: TerraformJson, type: string): Record<string, unknown>[] =>
  Object.values(template.resource?.[type] ?? {});

/** The one resource of a type whose logical id starts with `idStart`. */
export function resource(template: TerraformJson, type: string, idStart = ""): Record<string, unknown> {
  const found = Object.entries(template.resource?.[type] ?? {}).filter(([id]) => id.startsWith(idStart));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} start with "${idStart}", not one`);
  return found[0]![1];
}

/** The name of a Helm release's chart: of the chart itself, where the release brings its CRDs by a chart around it. */
export const chartOf = (release: Record<string, unknown>) => String(release.chart).replace(/^\.\/charts\//, "");

/** Charts that are the project's own, by their names; importing what has them would load the bindings. */
const OWN_CHARTS = ["dagger-ci-addons-guard", "cache-seed", "warm-clock", "runner-images"];

/** The Helm releases of a stack whose charts come from a registry, themselves or with one of the project's around them. */
export const chartReleases = (template: TerraformJson): Record<string, unknown>[] =>
  resources(template, "helm_release").filter((release) => !OWN_CHARTS.includes(chartOf(release)));

/** The values of a Helm release for its chart, as an object. */
export function valuesOf(release: Record<string, unknown>) {
  const values = readHelmValues((release.values as string[])[0]) as Record<string, Record<string, never>>;
  const wrapped = chartOf(release) === release.chart ? values : values[chartOf(release)];
  return wrapped as Record<string, never>;
}

/** The addons stack of the least configuration and what a test adds to it. */
export const addonsOf = (yaml: string) => synthesize(minimal(yaml)).stacks.addons;
