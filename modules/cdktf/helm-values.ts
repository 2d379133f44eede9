import { Document, parse, visit } from "yaml";
import { isObject, type JsonObject } from "../config/objects";

/**
 * Values of a chart as YAML: a plan shows them as anybody writes them, in two thirds of the lines of JSON. Keys are in
 * order, so that moving a line in the code changes no release. Texts are quoted, since what a reference gives later could
 * read as a number; numbers stay numbers, since charts drop one that comes as text.
 */
export function helmValues(values: object): string {
  const document = new Document(values, { version: "1.1", sortMapEntries: true, aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, scalar) {
      if (key !== "key" && typeof scalar.value === "string") scalar.type = scalar.value.includes("\n") ? "BLOCK_LITERAL" : "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, directives: false });
}

const isJson = (text: string): boolean => text.startsWith('{"');

/** What `helmValues` wrote, or what earlier versions of this project did: JSON, which is YAML. @returns undefined for anything else. */
export function readHelmValues(text: unknown): JsonObject | undefined {
  if (typeof text !== "string") return undefined;
  try {
    // A parser of YAML takes many times as long for JSON.
    const values: unknown = isJson(text) ? JSON.parse(text) : parse(text, { version: "1.1" });
    return isObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}
