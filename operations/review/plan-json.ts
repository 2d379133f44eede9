import { UserError } from "../../modules/user-error";

/** The parts of a plan's JSON (`terraform show -json`) that a review reads. */
export interface PlanJson {
  readonly resource_changes?: readonly ResourceChange[];
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, Change>>;
  /** Searched for which outputs of other stacks a stack reads. */
  readonly configuration?: unknown;
}

export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly change: Change;
}

export interface Change {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** `true`, or the same shape as `after` with `true` where the value is known only after the apply. */
  readonly after_unknown?: unknown;
  /** `true`, or the same shape with `true` where the value is sensitive. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  /** What forces a replacement. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: unknown;
}

/** Reads a plan's JSON. */
export function parsePlan(text: string): PlanJson {
  const plan = JSON.parse(text) as PlanJson & { format_version?: string };
  if (!plan.format_version?.startsWith("1.")) {
    throw new UserError(`plans of format ${plan.format_version ?? "unknown"} cannot be read, only 1.x`);
  }
  return plan;
}

/** What is at a path in nested objects and lists; `undefined` if nothing is. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** A text, or an empty one. */
export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
};

/** A list, or nothing. */
export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
};
