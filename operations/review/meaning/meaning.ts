import { attributeChanges, type AttributeChange } from "../diff";
import { at, listAt } from "../plan-json";
import type { Changed } from "../changes";

/** What a change may mean for those who use the installation. */
export const ASPECTS = ["jobs", "caches", "cost", "reach", "evidence", "data", "reversibility"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** What a change means, by whom or what it concerns. */
export type Means = Partial<Record<Aspect, string>>;

/** What a rule may look at besides the resource itself. */
export interface Surroundings {
  /** All resources of the plan, unchanged ones too. */
  readonly changes: readonly Changed[];
  /** The attributes of this resource that change. */
  readonly paths: readonly AttributeChange[];
}

/** One row of the model: what a change of a kind of resource means. */
export interface Meaning {
  /** Terraform's type, the kind of a Kubernetes object, or `chart <name>` for a Helm release of that chart. */
  readonly of: string;
  /** The attribute or the action, as the table in the docs names it. */
  readonly change: string;
  /**
   * Whether this happens to a resource.
   * @returns a text that says how (old and new value, what forces it); `true` where there is no more to say.
   */
  readonly match: (changed: Changed, surroundings: Surroundings) => string | boolean;
  /** What it is, in a few words: the warning's heading. */
  readonly title: string;
  /** `note` where nothing is lost, such as a cost bound that moves. Default: `caution`. */
  readonly weight?: "note";
  readonly means: Means;
  /** So much goes with it that nothing else in the stack needs a word. */
  readonly whole?: true;
  /** What follows from it, and needs no word of its own. */
  readonly covers?: (changed: Changed) => boolean;
}

/** The name under which the model knows a resource. */
export function subjectOf({ type, change }: Changed): string {
  const side = change.before ?? change.after;
  if (type === "kubernetes_manifest") return String(at(side, "manifest", "kind") ?? at(change.after, "manifest", "kind"));
  // A mirror puts an address before the chart's name.
  if (type === "helm_release") return `chart ${String(at(side, "chart")).replace(/^.*\//, "")}`;
  return type;
}

/** `jobs: …; caches: …`, in the order of the aspects; a name may be marked up. */
export const meaningText = (means: Means, mark: (aspect: Aspect) => string = (aspect) => `${aspect}:`): string =>
  ASPECTS.flatMap((aspect) => (means[aspect] === undefined ? [] : [`${mark(aspect)} ${means[aspect]}`])).join("; ");

export const pathsOf = ({ type, kind, change }: Changed): AttributeChange[] =>
  kind === "change" || kind === "replace" ? attributeChanges(type, change) : [];

type Match = Meaning["match"];

/** Destroyed, or destroyed to be made again; says what forces it. */
export const gone: Match = ({ kind, change }) => {
  if (kind === "destroy") return true;
  if (kind !== "replace") return false;
  const because = (change.replace_paths ?? []).map((path) => path.filter((key) => typeof key === "string").join("."));
  return because.length > 0 ? `forced by ${[...new Set(because)].join(", ")}` : true;
};

export const destroyed: Match = ({ kind }) => kind === "destroy";

/** A change in place of attributes whose path fits; says from what to what. */
export const changes =
  (wanted: RegExp, not?: RegExp): Match =>
  ({ kind }, { paths }) => {
    const found = kind === "change" ? paths.filter(({ path }) => wanted.test(path) && !not?.test(path)) : [];
    return found.length > 0 && describe(found);
  };

/** A number that goes down or up, at a path of the resource. */
export const number =
  (way: "lower" | "higher", read: (side: unknown) => unknown, unit = ""): Match =>
  ({ kind, change }) => {
    if (kind !== "change") return false;
    const [before, after] = [Number(read(change.before)), Number(read(change.after))];
    if (!Number.isFinite(before) || !Number.isFinite(after) || before === after) return false;
    return (way === "higher") === after > before && `${before} to ${after}${unit}`;
  };

/** Reads something in the specification of a Kubernetes object. */
export const spec =
  (...path: string[]) =>
  (side: unknown) =>
    at(side, "manifest", "spec", ...path);

/** What a list loses. */
export const loses =
  (...path: readonly (string | number)[]): Match =>
  ({ kind, change }) => {
    if (kind !== "change") return false;
    const after = listAt(change.after, ...path).map(String);
    const lost = listAt(change.before, ...path).map(String).filter((item) => !after.includes(item));
    return lost.length > 0 && lost.join(", ");
  };

/** `blockDeviceMappings, tags`, or, of a single plain value, `from` to `to`. */
function describe(found: readonly AttributeChange[]): string {
  const [only] = found;
  const plain = (side: AttributeChange["before"]) => (typeof side === "object" && (typeof side.value === "string" || typeof side.value === "number") ? String(side.value) : undefined);
  const [before, after] = [plain(only!.before), plain(only!.after)];
  if (found.length === 1 && before !== undefined && after !== undefined && before.length + after.length < 100) {
    return `${settingOf(only!.path)} ${before} to ${after}`;
  }
  return [...new Set(found.map(({ path }) => settingOf(path)))].join(", ");
}

/** The setting of a path, without the place inside it. */
const settingOf = (path: string): string =>
  path
    .replace(/^(manifest\.spec|values)\./, "")
    .replace(/^(template\.(?:spec|metadata)\.\w+|disruption\.\w+|limits\.\w+|\w+).*$/, "$1");
