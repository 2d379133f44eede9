import { readFileSync, statSync } from "node:fs";
import { ConfigError, type Problem } from "./config/problems";
import { problemsOf } from "./config/problems-of";
import { MOST_BYTES, readYaml, tooLarge } from "./config/read-yaml";
import { configSchema, settle, type Config } from "./config/schema";
import { allowedBy } from "./config/words";
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
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new ConfigError(file, [tooLarge(size)]);
    source = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(file, [
      { path: [], received: (error as Error).message, allowed: "a readable file (or set DAGGER_CI_CONFIG to its path)" },
    ]);
  }
  return parseConfig(source, file);
}

/** As `loadConfig`, for text that is already at hand; `file` only names it in messages. */
export function parseConfig(source: string, file = CONFIG_FILE): Config {
  const written = readYaml(source);
  if (!("locate" in written)) throw new ConfigError(file, written);
  const value = written.value ?? {};
  const result = checkedSchema.safeParse(value, { error: allowedBy, reportInput: true });
  if (result.success) return settle(result.data);
  throw new ConfigError(file, inOrder(result.error.issues.flatMap((issue) => problemsOf(issue, value)).map(written.locate)));
}

/** From the top of the file to its end. */
const inOrder = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
