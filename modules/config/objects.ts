/** A map of anything, as JSON and YAML have them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a map, and neither a list nor nothing. */
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Two maps in one, the second's keys last; what both have becomes what `both` makes of it. */
export function mergeMaps(
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
  both: (first: unknown, second: unknown, key: string) => unknown,
): Record<string, unknown> {
  const merged = Object.entries(second).map(([key, value]) => [key, Object.hasOwn(first, key) ? both(first[key], value, key) : value] as const);
  return { ...first, ...Object.fromEntries(merged) };
}
