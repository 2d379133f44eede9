import type { KubeObject } from "./objects";

// What was sent against what the API server stored.

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Paths of fields that were sent and are stored otherwise (`changed`), and of fields that nobody sent (`added`). What
 * the server appends to a list counts as added.
 */
export function compare(sent: unknown, stored: unknown, path = ""): { changed: string[]; added: string[] } {
  const both = <K extends string | number>(keys: readonly K[], at: (key: K) => string) => {
    const parts = keys.map((key) => compare((sent as Record<K, unknown>)[key], (stored as Record<K, unknown>)[key], at(key)));
    return { changed: parts.flatMap(({ changed }) => changed), added: parts.flatMap(({ added }) => added) };
  };
  if (sent === undefined) return { changed: [], added: [`${path} = ${JSON.stringify(stored)}`] };
  if (isMap(sent) && isMap(stored)) {
    return both([...new Set([...Object.keys(sent), ...Object.keys(stored)])], (key) => (path ? `${path}.${key}` : key));
  }
  if (Array.isArray(sent) && Array.isArray(stored) && sent.length <= stored.length) {
    return both([...stored.keys()], (i) => `${path}[${i}]`);
  }
  const same = JSON.stringify(sent) === JSON.stringify(stored);
  return { changed: same ? [] : [`${path}: sent ${JSON.stringify(sent)}, stored ${JSON.stringify(stored)}`], added: [] };
}

/** Without the status, and without what every stored object has in its metadata. */
export function withoutServerFields(stored: KubeObject): object {
  const { status: _s, ...object } = stored;
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, managedFields: _m, ...metadata } = object.metadata as unknown as Record<string, unknown>;
  return { ...object, metadata };
}
