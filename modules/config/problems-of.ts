import { z } from "zod";
import { didYouMean } from "./did-you-mean";
import { isSecretKey, whyNoSetting } from "./not-settings";
import { MOST_PRINTED, Verbatim, type Problem } from "./problems";
import { configSchema } from "./schema";
import { valueAt } from "./words";

type Path = readonly (string | number)[];

/** What zod found, as problems. A list of unknown keys becomes a problem for each. */
export function problemsOf(issue: z.core.$ZodIssue, file: unknown): Problem[] {
  const path = issue.path as (string | number)[];
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = settingsAt(configSchema, path, file);
      // What was meant is looked for among the keys that may be printed only: it is the slow part.
      return issue.keys.map((key, i) => ({
        path: [...path, key],
        received: isSecretKey(key) ? new Verbatim("***") : valueAt(issue.input, key),
        allowed: whyNoSetting([...path, key]) ?? `no such setting here${(i < MOST_PRINTED && didYouMean(key, known)) || "; docs/settings.md lists them all"}`,
      }));
    }
    case "invalid_key":
      return issue.issues.map(({ message }) => ({ path, received: path.at(-1), allowed: message }));
    case "invalid_union":
      // Where no member of a union matches, zod gives the whole map instead of the setting that chooses, if one does.
      return [{ path, received: valueAt(issue.input, issue.discriminator), allowed: issue.message }];
    default:
      return [{ path, received: issue.input, allowed: issue.message }];
  }
}

/** Names of the settings that a map at a path may have; of a union's members, the one that its mode chooses. */
function settingsAt(schema: z.core.$ZodType, path: Path, value: unknown): string[] {
  const inner = unwrap(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return inner.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
  return inner.flatMap((one) => {
    const below = one instanceof z.ZodArray ? one.element : one instanceof z.ZodObject ? (one.shape[key] as z.core.$ZodType | undefined) : undefined;
    return below === undefined ? [] : settingsAt(below, rest, valueAt(value, key));
  });
}

/** The schemas inside defaults and unions that a value may have been meant for. */
function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.def.innerType, value);
  }
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return [schema];
  const { discriminator, options } = schema.def;
  const mode = valueAt(typeof value === "object" ? value : {}, discriminator);
  const chosen = options.filter((option) => option instanceof z.ZodObject && (option.shape[discriminator] as z.ZodType).safeParse(mode).success);
  return [...(chosen.length > 0 ? chosen : options)];
}
