import type { z } from "zod";
import { didYouMean } from "./did-you-mean";

/** zod's error map: its findings in the words of this project. A sentence given in the schema goes first. */
export function allowedBy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return (TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`) + inQuotes(issue);
    case "invalid_value":
      return oneOf(issue.values.map(String), issue.input);
    case "too_small":
      return bound("at least", issue.minimum, issue.origin);
    case "too_big":
      return bound("at most", issue.maximum, issue.origin);
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_union": {
      const options = ((issue.options ?? []) as (string | undefined)[]).filter((option) => option !== undefined);
      return oneOf(options, valueAt(issue.input, issue.discriminator));
    }
    case "invalid_key":
      return "another name";
    default:
      return undefined;
  }
}

/** A number or a truth value where text is wanted: YAML takes `1.35` and `true` for those unless they are in quotes. */
const inQuotes = ({ expected, input }: { expected: string; input?: unknown }): string =>
  expected === "string" && ["number", "boolean"].includes(typeof input) ? ", in quotes" : "";

function oneOf(values: readonly string[], received: unknown): string {
  if (values.length === 1) return values[0]!;
  const quotes = typeof received === "number" && values.some((value) => Number(value) === received) ? ", in quotes" : "";
  return `one of ${values.join(", ")}${quotes}${typeof received === "string" ? didYouMean(received, values) : ""}`;
}

/** What a map has under a key; anything else as it is. */
export const valueAt = (map: unknown, key: string | number | undefined) =>
  typeof map === "object" && map !== null && key !== undefined ? (map as Record<string, unknown>)[key] : map;

const TYPE_NAMES: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  object: "a map of settings",
  record: "a map",
  string: "text",
};

const bound = (words: string, limit: number | bigint, origin: string) =>
  `${words} ${limit}${{ array: " entries", string: " characters" }[origin] ?? ""}`;
