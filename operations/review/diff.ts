import { readHelmValues } from "../../modules/cdktf/helm-values";
import { isObject, type JsonObject } from "../../modules/config/objects";
import { isDeepStrictEqual } from "node:util";
import type { Change } from "./plan-json";

/** One side of a changed attribute. */
export type Side = { readonly value: unknown } | "absent" | "sensitive" | "unknown";

/** An attribute that changes, by its path. */
export interface AttributeChange {
  readonly path: string;
  readonly before: Side;
  readonly after: Side;
}

/** Computed attributes that follow every change of a resource and say nothing, by type. */
const NOISE: Readonly<Record<string, readonly string[]>> = {
  helm_release: ["description", "manifest", "metadata", "resources", "status"],
  // The object as the cluster has it, once more.
  kubernetes_manifest: ["object"],
};
/** By what the items of a list are told apart, so that one more at the front does not change all the others. */
const ITEM_KEYS = [["Sid"], ["name"], ["key"], ["key", "operator"], ["deviceName"], ["mountPath"], ["id"]];

interface Place {
  readonly path: string;
  readonly unknown?: unknown;
  readonly beforeMask?: unknown;
  readonly afterMask?: unknown;
}

/**
 * What changes in a resource, attribute by attribute. JSON in a string, and the YAML of a chart's values, are compared by
 * path, not as a blob.
 */
export function attributeChanges(type: string, change: Change): AttributeChange[] {
  const [before, after] = type === "helm_release" ? opened(objectOf(change.before), objectOf(change.after)) : [objectOf(change.before), objectOf(change.after)];
  const tagsChange = !isDeepStrictEqual(before.tags, after.tags);
  const noise = [...(NOISE[type] ?? []), "id", ...(tagsChange ? ["tags_all"] : [])];
  const keep = (key: string) => !noise.includes(key);
  return walk(pick(before, keep), pick(after, keep), {
    path: "",
    unknown: change.after_unknown === true ? true : pick(objectOf(change.after_unknown), keep),
    beforeMask: change.before_sensitive,
    afterMask: change.after_sensitive,
  });
}

/** As above for a single value, such as an output's. */
export const valueChanges = (path: string, change: Change): AttributeChange[] =>
  walk(change.before ?? undefined, change.after ?? undefined, {
    path,
    unknown: change.after_unknown,
    beforeMask: change.before_sensitive,
    afterMask: change.after_sensitive,
  });

/** A release with its values as objects, where both sides have them. */
function opened(before: JsonObject, after: JsonObject): [JsonObject, JsonObject] {
  const [was, is] = [before, after].map(({ values }) => (Array.isArray(values) ? values.map(readHelmValues) : [undefined]));
  if (was === undefined || is === undefined || [...was, ...is].includes(undefined)) return [before, after];
  return [{ ...before, values: was }, { ...after, values: is }];
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
const pick = (value: JsonObject, keep: (key: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => keep(key)));
const isNothing = (value: unknown) => value === undefined || value === null;
const child = (mask: unknown, key: string | number): unknown =>
  typeof mask === "object" && mask !== null ? (mask as Record<string | number, unknown>)[key] : mask;
const join = (path: string, key: string) => (path === "" ? key : `${path}.${key}`);

function walk(before: unknown, after: unknown, place: Place): AttributeChange[] {
  const { path, unknown, beforeMask, afterMask } = place;
  if (beforeMask === true || afterMask === true) {
    if (unknown !== true && isDeepStrictEqual(before ?? null, after ?? null)) return [];
    const side = (value: unknown): Side => (isNothing(value) ? "absent" : "sensitive");
    return [{ path, before: side(before), after: unknown === true ? "unknown" : side(after) }];
  }
  const side = (value: unknown): Side => (isNothing(value) ? "absent" : { value });
  // A mask further down must not be lost by showing a whole.
  const whole = (value: unknown, mask: unknown): Side => {
    if (isNothing(value)) return "absent";
    return hasMark(mask) ? "sensitive" : { value };
  };
  const wholeAfter = (): Side => (hasMark(unknown) ? "unknown" : whole(after, afterMask));
  if (unknown === true) return [{ path, before: whole(before, beforeMask), after: "unknown" }];
  if (isDeepStrictEqual(before ?? null, after ?? null) && !hasMark(unknown)) return [];

  const [parsedBefore, parsedAfter] = [parsed(before), parsed(after)];
  if (parsedBefore !== undefined && parsedAfter !== undefined) return walk(parsedBefore, parsedAfter, { path });
  if (Array.isArray(before) && Array.isArray(after)) return walkLists(before as unknown[], after as unknown[], place);
  if (isObject(before) || isObject(after) || isObject(unknown)) {
    if (!(isObject(before) || isNothing(before)) || !(isObject(after) || isNothing(after))) {
      return [{ path, before: whole(before, beforeMask), after: wholeAfter() }];
    }
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...Object.keys(objectOf(unknown))]);
    return [...keys].flatMap((key) =>
      walk(before?.[key], after?.[key], {
        path: join(path, key),
        unknown: child(unknown, key),
        beforeMask: child(beforeMask, key),
        afterMask: child(afterMask, key),
      }),
    );
  }
  if (Array.isArray(before) || Array.isArray(after)) {
    return [{ path, before: whole(before, beforeMask), after: wholeAfter() }];
  }
  return [{ path, before: side(before), after: side(after) }];
}

/** Whether anything is marked, in a mask or among what is unknown. */
const hasMark = (marks: unknown): boolean =>
  marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(hasMark));

/** The object or list that a string holds as JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function walkLists(before: readonly unknown[], after: readonly unknown[], place: Place): AttributeChange[] {
  const { path, unknown, beforeMask, afterMask } = place;
  const pair = (b: number, a: number, name: string) =>
    walk(before[b], after[a], {
      path: name,
      unknown: child(unknown, a),
      beforeMask: child(beforeMask, b),
      afterMask: child(afterMask, a),
    });
  // A block that may be there once: its number says nothing.
  if (before.length <= 1 && after.length <= 1) return pair(0, 0, path);

  // An item whose name is sensitive is told by its place: the name would stand in the path.
  const named = !hasMark(beforeMask) && !hasMark(afterMask);
  const keys = named ? ITEM_KEYS.find((names) => [before, after].every((items) => tellApart(items, names))) : undefined;
  if (keys !== undefined) {
    const names = new Set([...before, ...after].map((item) => nameOf(item, keys)));
    const place = (items: readonly unknown[], name: string) => items.findIndex((item) => nameOf(item, keys) === name);
    return [...names].flatMap((name) => pair(place(before, name), place(after, name), `${path}[${name}]`));
  }
  // Masks and unknown values go by place; without them, what both lists have is not worth a word.
  if (hasMark(unknown) || hasMark(beforeMask) || hasMark(afterMask)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => pair(i, i, `${path}[${i}]`)).flat();
  }
  const gone = without(before, after);
  const come = without(after, before);
  if (gone.length === 0 && come.length === 0) return [{ path: `${path} (order)`, before: { value: before }, after: { value: after } }];
  const rest = Array.from({ length: Math.max(gone.length, come.length) }, (_, i) => i);
  return rest.flatMap((i) => walk(gone[i], come[i], { path: `${path}[]` }));
}

const nameOf = (item: unknown, keys: readonly string[]): string => keys.map((key) => String(objectOf(item)[key])).join(" ");
const tellApart = (items: readonly unknown[], keys: readonly string[]): boolean =>
  items.every((item) => keys.every((key) => typeof objectOf(item)[key] === "string")) &&
  new Set(items.map((item) => nameOf(item, keys))).size === items.length;

/** The items of `list` that `other` does not have, each as often as it is there more. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const rest = [...other];
  return list.filter((item) => {
    const found = rest.findIndex((candidate) => isDeepStrictEqual(candidate, item));
    if (found >= 0) rest.splice(found, 1);
    return found < 0;
  });
}
