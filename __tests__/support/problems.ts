import { ConfigError } from "../../modules/config/problems";
import { parseConfig } from "../../modules/load-config";

/** The error with which a configuration is refused. */
export function failure(yaml: string): ConfigError {
  try {
    parseConfig(yaml);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

/** Reads the problems back out of the message, which is what a person sees: `path | received | allowed`. */
export const problemsIn = (yaml: string): string[] =>
  [...failure(yaml).message.matchAll(/^dagger-ci\.yaml\S* {2}(.+)\n {4}received {2}(.*)\n {4}allowed {3}(.*)$/gm)].map(
    ([, path, received, allowed]) => `${path} | ${received} | ${allowed}`,
  );
