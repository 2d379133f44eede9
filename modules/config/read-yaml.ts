import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type YAMLError } from "yaml";
import { Verbatim, type Problem } from "./problems";

/** Most bytes of a configuration: a hundred fleets have 30,000. */
export const MOST_BYTES = 1_000_000;

/** A configuration as it is written: its values, and where each of them stands. */
export interface Written {
  readonly value: unknown;
  /** Adds line and column of the setting, or of the nearest one around it that is written in the file. */
  readonly locate: (problem: Problem) => Problem;
}

export const tooLarge = (bytes: number): Problem => ({
  path: [],
  received: `${(bytes / 1e6).toFixed(1)} MB`,
  allowed: "a configuration of at most 1 MB",
});

/** Reads YAML with merge keys. @returns the values, or what is wrong with the text. */
export function readYaml(source: string): Written | readonly Problem[] {
  if (Buffer.byteLength(source) > MOST_BYTES) return [tooLarge(Buffer.byteLength(source))];
  const lineCounter = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  try {
    // The library compares each key with all before it: a minute for 40,000.
    const document = parseDocument(source, { lineCounter, prettyErrors: false, merge: true, uniqueKeys: false });
    // A tag that nothing knows is only a warning to the library: CloudFormation's would be read as plain text.
    const faults = [
      ...[...document.errors, ...document.warnings].map((fault) => ({ offset: fault.pos[0], ...inWords(fault) })),
      ...repeatedKeys(document),
    ].sort((a, b) => a.offset - b.offset);
    if (faults.length > 0) return faults.map(({ offset, ...fault }) => ({ path: [], ...fault, ...at(offset) }));
    const strays = unknownAliases(document);
    if (strays.length > 0) {
      return strays.map(({ name, offset }) => ({ path: [], received: `*${name}`, allowed: `a name that an anchor (&${name}) before it gives`, ...at(offset) }));
    }
    return { value: document.toJS(), locate: locator(document, at) };
  } catch (error) {
    // Nested by the thousand, or aliases of aliases by the million: the library has no better word for either.
    if (!(error instanceof RangeError || error instanceof ReferenceError || error instanceof TypeError)) throw error;
    return [{ path: [], received: error.message, allowed: "YAML that is nested less deeply, with fewer aliases" }];
  }
}

/** The library's commonest findings in the words of this project. */
function inWords({ code, message }: YAMLError): Pick<Problem, "received" | "allowed"> {
  switch (code) {
    case "TAB_AS_INDENT":
      return { received: "a tab before a setting", allowed: "spaces: YAML takes no tabs to indent" };
    case "MULTIPLE_DOCS":
      return { received: "a second document", allowed: "one document: take out the line --- and what does not belong here" };
    case "TAG_RESOLVE_FAILED":
      return { received: message, allowed: "plain YAML, without tags such as !Ref" };
    default:
      return { received: message, allowed: "valid YAML" };
  }
}

function repeatedKeys(document: Document): { offset: number; received: unknown; allowed: string }[] {
  const repeated: { offset: number; received: unknown; allowed: string }[] = [];
  visit(document, {
    Map: (_key, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) repeated.push({ offset: key.range?.[0] ?? 0, received: new Verbatim(key.source ?? ""), allowed: "each setting once" });
        keys.add(key.value);
      }
    },
  });
  return repeated;
}

function unknownAliases(document: Document): { name: string; offset: number }[] {
  const anchors = new Set<string>();
  const strays: { name: string; offset: number }[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) strays.push({ name: node.source, offset: node.range?.[0] ?? 0 });
      } else if ("anchor" in node && typeof node.anchor === "string") anchors.add(node.anchor);
    },
  });
  return strays;
}

/** Finds the place of a problem. All places are gathered once: looking each up from the top takes a minute in a large file. */
function locator(document: Document, at: (offset: number) => { line: number; column: number }): (problem: Problem) => Problem {
  let places: Map<string, Node> | undefined;
  return (problem) => {
    places ??= nodesByPath(document);
    for (let depth = problem.path.length; depth >= 0; depth--) {
      const node = places.get(JSON.stringify(problem.path.slice(0, depth)));
      if (!node?.range) continue;
      const exact = depth === problem.path.length && isScalar(node) && typeof node.value === "number" && node.source !== String(node.value);
      return { ...problem, ...(exact ? { received: new Verbatim(node.source ?? "") } : {}), ...at(node.range[0]) };
    }
    return problem;
  };
}

function nodesByPath(document: Document): Map<string, Node> {
  const places = new Map<string, Node>();
  const walk = (node: unknown, path: readonly unknown[]) => {
    if (!isNode(node)) return;
    places.set(JSON.stringify(path), node);
    if (isSeq(node)) node.items.forEach((item, i) => walk(item, [...path, i]));
    if (isMap(node)) node.items.forEach(({ key, value }) => walk(value, [...path, isScalar(key) ? key.value : key]));
  };
  walk(document.contents, []);
  return places;
}
