/** A map of anything, as JSON and YAML have them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a map, and neither a list nor nothing. */
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
