import { readFileSync } from "node:fs";
import { LineCounter, parseDocument, type Document } from "yaml";
import { allowedBy, ConfigError, problemsOf, type Problem } from "./config/problems";
import { configSchema, settle, type Config } from "./config/schema";
import { checkRules } from "./rules/rules";

/** Default path of the configuration file; the environment variable `DAGGER_CI_CONFIG` names another. */
export const CONFIG_FILE = "dagger-ci.yaml";
/** The configuration file that commands work with. */
export function configFile(): string {
  const { DAGGER_CI_CONFIG: file } = process.env;
  return file === undefined || file === "" ? CONFIG_FILE : file;
}

const checkedSchema = configSchema.refine(() => true, { when: (payload) => checkRules(payload) });

/**
 * Reads and checks the configuration file.
 * @throws ConfigError with every problem in it: place, value received, what is allowed.
 */
export function loadConfig(file = configFile()): Config {
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(file, [
      { path: [], received: (error as Error).message, allowed: "a readable file (or set DAGGER_CI_CONFIG to its path)" },
    ]);
  }
  return parseConfig(source, file);
}

/** As `loadConfig`, for text that is already at hand; `file` only names it in messages. */
export function parseConfig(source: string, file = CONFIG_FILE): Config {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      (error): Problem => ({ path: [], received: error.message, allowed: "valid YAML", ...place(error.pos[0], lineCounter) }),
    );
    throw new ConfigError(file, problems);
  }
  const result = checkedSchema.safeParse(document.toJS() ?? {}, { error: allowedBy, reportInput: true });
  if (result.success) return settle(result.data);
  const problems = result.error.issues
    .flatMap(problemsOf)
    .map((problem) => locate(problem, document, lineCounter))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  throw new ConfigError(file, problems);
}

const place = (offset: number, lineCounter: LineCounter) => {
  const { line, col } = lineCounter.linePos(offset);
  return { line, column: col };
};

/** Adds line and column of the setting, or of the nearest one around it that is written in the file. */
function locate(problem: Problem, document: Document, lineCounter: LineCounter): Problem {
  for (let depth = problem.path.length; depth >= 0; depth--) {
    const node = document.getIn(problem.path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return { ...problem, ...place(node.range[0], lineCounter) };
  }
  return problem;
}
