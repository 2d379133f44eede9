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

/** Most problems that are printed; whoever has more has made one mistake many times. */
export const MOST_PRINTED = 25;

/** The configuration cannot be used; `problems` holds everything that is wrong with it. */
export class ConfigError extends UserError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const more = problems.length - MOST_PRINTED;
    super(
      [
        `${file}: ${count}, nothing was written`,
        ...problems.slice(0, MOST_PRINTED).map((problem) => format(file, problem)),
        ...(more > 0 ? [`and ${more} more, which are told when these are mended`] : []),
      ].join("\n\n"),
    );
  }
}

function format(file: string, { path, received, allowed, line, column }: Problem): string {
  const where = line === undefined ? file : `${file}:${line}:${column}`;
  return `${where}  ${pathText(path)}\n    received  ${show(received)}\n    allowed   ${allowed}`;
}

/** `fleets[0].runners[1].cpu`, as in JavaScript. */
export const pathText = (path: readonly (string | number)[]) =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("").replace(/^\./, "") || "(the file)";

/** A value in a line; one that says itself how it was written is left as it is. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = withoutSecrets(value instanceof Verbatim ? value.source : JSON.stringify(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** What is shown may be read in the log of a workflow: passwords in URLs and private keys are left out of it. */
const withoutSecrets = (text: string): string =>
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) ? "a private key" : text.replace(/(:\/\/[^/@:\s"]*):[^/@\s"]*@/g, "$1:***@");

/** Text as it stands in the file, for values that YAML changes: it reads 1.30 as 1.3. */
export class Verbatim {
  constructor(readonly source: string) {}
}
