import { didYouMean } from "../config/did-you-mean";
import { isObject, mergeMaps } from "../config/objects";
import { attributesOf, itemsOf, POD_TEMPLATE, valuesOf } from "../facts/pod-template";

type Json = unknown;
type Path = readonly (string | number)[];

/** What is wrong in a pod template: where, what was received, what is allowed. */
export interface TemplateProblem {
  readonly path: Path;
  readonly received: Json;
  readonly allowed: string;
}

/** What Kubernetes would not know in a part of a pod template. */
export function unknownToKubernetes(value: Json, type = POD_TEMPLATE, path: Path = []): TemplateProblem[] {
  const wrong = (allowed: string): TemplateProblem[] => [{ path, received: value, allowed }];
  const items = itemsOf(type);
  if (items !== undefined) {
    return Array.isArray(value) ? value.flatMap((item, i) => unknownToKubernetes(item, items, [...path, i])) : wrong("a list");
  }
  const values = valuesOf(type);
  if (values !== undefined) {
    if (!isObject(value)) return wrong("a map of texts");
    return Object.entries(value).flatMap(([key, item]) => unknownToKubernetes(item, values, [...path, key]));
  }
  const attributes = attributesOf(type);
  if (attributes !== undefined) {
    if (!isObject(value)) return wrong(`a map of ${Object.keys(attributes).join(", ")}`);
    return Object.entries(value).flatMap(([key, item]) => {
      const of = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      if (of !== undefined) return unknownToKubernetes(item, of, [...path, key]);
      const names = Object.keys(attributes);
      return [{ path: [...path, key], received: item, allowed: `an attribute that Kubernetes has there${didYouMean(key, names)}` }];
    });
  }
  if (type === "any") return [];
  if (type === "IntOrString") return ["number", "string"].includes(typeof value) ? [] : wrong("a number or a text");
  // Quantities are texts that may be written as numbers.
  if (type === "string" && typeof value === "number" && isQuantity(path)) return [];
  const expected = type === "Date" ? "string" : type;
  return typeof value === expected ? [] : wrong(expected === "string" ? "text, in quotes" : `a ${expected}`);
}

const isQuantity = (path: Path): boolean => ["requests", "limits", "overhead"].some((part) => path.at(-2) === part);

/** By which key Kubernetes' strategic merge tells the items of a list apart; other lists are replaced whole. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  env: "name",
  volumes: "name",
  imagePullSecrets: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  hostAliases: "ip",
  ports: "containerPort",
  topologySpreadConstraints: "topologyKey",
  // Kubernetes replaces these as a whole; here the fleet's own stays.
  tolerations: "key",
};

/**
 * Merges a part of a pod template into one, as Kubernetes' strategic merge does: maps key by key, the lists above item
 * by item, everything else as a whole. Items that are new come last.
 */
export function mergeTemplate<T>(base: T, patch: Json, key = ""): T {
  if (isObject(base) && isObject(patch)) return mergeMaps(base, patch, mergeTemplate) as T;
  const mergeKey = MERGE_KEYS[key];
  if (mergeKey === undefined || !Array.isArray(base) || !Array.isArray(patch)) return patch as T;
  const id = (item: Json) => (isObject(item) ? item[mergeKey] : undefined);
  const patches = patch as readonly Json[];
  const of = (item: Json) => patches.find((candidate) => id(candidate) === id(item));
  const known = base.map((item: Json) => (of(item) === undefined ? item : mergeTemplate(item, of(item))));
  const added = patches.filter((item) => !base.some((other: Json) => id(other) === id(item)));
  return [...known, ...added] as T;
}
