import { isDeepStrictEqual } from "node:util";
import type { TerraformJson } from "../synthesized";
import type { Changed } from "./changes";
import { at, listAt, type PlanJson } from "./plan-json";
import type { Flag } from "./rules/rule";
import { flagsOf } from "./rules/rules";

/** The parts of a state file that are read here. */
export interface StateFile {
  readonly resources?: readonly {
    readonly mode?: string;
    readonly type?: string;
    readonly name?: string;
    readonly instances?: readonly { readonly attributes?: Readonly<Record<string, unknown>> }[];
  }[];
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Attributes that are compared: of others, a state has AWS's or the cluster's form, which only a plan can compare. */
const COMPARED = ["version", "deletion_protection"];

/**
 * What the review of a plan would warn of, as far as a state and a synthesised stack tell without asking anybody: what
 * goes, what goes to another version, and names in `runs-on` that vanish.
 */
export function foreseen(state: StateFile, template: TerraformJson): Flag[] {
  const changes = (state.resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type = "", name = "", instances = [] }) => instances.map(({ attributes = {} }) => changedOf(type, name, attributes, template)));
  const outputs = Object.fromEntries(["runs_on", "secret_names", "engine_versions"].flatMap((name) => outputOf(name, state, template)));
  return flagsOf(changes, outputs).filter(({ weight }) => weight === undefined);
}

function changedOf(type: string, name: string, attributes: Readonly<Record<string, unknown>>, template: TerraformJson): Changed {
  const address = `${type}.${name}`;
  const before = { ...attributes, ...plainManifest(attributes) };
  const base = { address, mode: "managed", type, name } as const;
  const wanted = template.resource?.[type]?.[name];
  if (wanted === undefined) {
    const isLeft = ((template.removed ?? []) as readonly { from?: string }[]).some(({ from }) => from === address);
    return { ...base, kind: isLeft ? "forget" : "destroy", change: { actions: [isLeft ? "forget" : "delete"], before, after: null } };
  }
  const news = COMPARED.filter((key) => isPlain(wanted[key]) && isPlain(before[key as keyof typeof before]) && wanted[key] !== before[key as keyof typeof before]);
  const pool = otherArchitecture(before, wanted);
  const after = { ...before, ...pool, ...Object.fromEntries(news.map((key) => [key, wanted[key]])) };
  const moves = news.length > 0 || pool !== undefined;
  return { ...base, kind: moves ? "change" : "unchanged", change: { actions: [moves ? "update" : "no-op"], before, after } };
}

const ARCHITECTURE = "kubernetes.io/arch";

/** A node pool as it stands, but with the architecture that is wanted, if that is another. */
function otherArchitecture(before: object, wanted: object): object | undefined {
  const place = ["spec", "template", "spec", "requirements"] as const;
  const of = (side: object) => listAt(side, "manifest", ...place);
  const now = of(wanted).find((item) => at(item, "key") === ARCHITECTURE);
  const old = of(before).find((item) => at(item, "key") === ARCHITECTURE);
  if (now === undefined || old === undefined || isDeepStrictEqual(at(old, "values"), at(now, "values"))) return undefined;
  const requirements = of(before).map((item) => (item === old ? now : item));
  const manifest = at(before, "manifest") as { spec: { template: { spec: object } } };
  const { spec } = manifest;
  return { manifest: { ...manifest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, requirements } } } } };
}

/** A state keeps a value of any type together with its type. */
function plainManifest({ manifest }: Readonly<Record<string, unknown>>): object {
  return typeof manifest === "object" && manifest !== null && "value" in manifest ? { manifest: manifest.value } : {};
}

/** Whether it is known before Terraform runs. */
const isPlain = (value: unknown): boolean => typeof value === "boolean" || (typeof value === "string" && !value.includes("${"));

function outputOf(name: string, state: StateFile, template: TerraformJson): [string, NonNullable<PlanJson["output_changes"]>[string]][] {
  const [before, after] = [state.outputs?.[name]?.value, template.output?.[name]?.value];
  if (before === undefined || after === undefined || JSON.stringify(after).includes("${")) return [];
  return [[name, { actions: ["update"], before, after }]];
}
