import type { z } from "zod";
import { UserError } from "../user-error";

/** One thing wrong in the configuration. */
export interface Problem {
  /** Where: keys and list positions from the top of the file. */
  readonly path: readonly (string | number)[];
  readonly received: unknown;
  /** What would be accepted, as a phrase. */
  readonly allowed: string;
  readonly line?: number;
  readonly column?: number;
}

/** The configuration cannot be used; `problems` holds everything that is wrong with it. */
export class ConfigError extends UserError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${file}: ${count}, nothing was written`, ...problems.map((problem) => format(file, problem))].join("\n\n"));
  }
}

function format(file: string, { path, received, allowed, line, column }: Problem): string {
  const where = line === undefined ? file : `${file}:${line}:${column}`;
  return `${where}  ${pathText(path)}\n    received  ${show(received)}\n    allowed   ${allowed}`;
}

/** `fleets[0].runners[1].cpu`, as in JavaScript. */
export const pathText = (path: readonly (string | number)[]) =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("").replace(/^\./, "") || "(the file)";

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > 120 ? `${json.slice(0, 117)}...` : json;
}

/** What zod found, as problems. A list of unknown keys becomes a problem for each. */
export function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as (string | number)[];
  // For a union without a matching member, zod gives the whole map instead of the setting that chooses.
  const received = issue.code === "invalid_union" ? valueAt(issue.input, path.at(-1)) : issue.input;
  if (issue.code !== "unrecognized_keys") return [{ path, received, allowed: issue.message }];
  return issue.keys.map((key) => ({
    path: [...path, key],
    received: valueAt(received, key),
    allowed: issue.message,
  }));
}

const valueAt = (map: unknown, key: string | number | undefined) =>
  typeof map === "object" && map !== null && key !== undefined ? (map as Record<string, unknown>)[key] : map;

/** zod's error map: its findings in the words of this project. A sentence given in the schema goes first. */
export function allowedBy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(", ")}`;
    case "too_small":
      return bound("at least", issue.minimum, issue.origin);
    case "too_big":
      return bound("at most", issue.maximum, issue.origin);
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return "no such setting here; docs/settings.md lists them all";
    case "invalid_union":
      return `one of ${((issue.options ?? []) as (string | undefined)[]).filter((option) => option !== undefined).join(", ")}`;
    case "invalid_key":
      return "another name";
    default:
      return undefined;
  }
}

const TYPE_NAMES: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  object: "a map of settings",
  record: "a map",
};

const bound = (words: string, limit: number | bigint, origin: string) =>
  `${words} ${limit}${{ array: " entries", string: " characters" }[origin] ?? ""}`;
