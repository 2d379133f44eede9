/** What Terraform complains of, as in the lines of `terraform plan -json`. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
  readonly snippet?: { readonly code?: string; readonly values?: readonly { readonly traversal: string }[] | null } | null;
}

/** The errors in the lines that Terraform wrote with `-json`. Lines that are not JSON are left out. */
export function errorsIn(lines: string): Diagnostic[] {
  return lines.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      const { diagnostic } = JSON.parse(line) as { diagnostic?: Diagnostic };
      return diagnostic?.severity === "error" ? [diagnostic] : [];
    } catch {
      return [];
    }
  });
}

/** A state of this stack, or of one that it reads, that this Terraform cannot read; a text for people, or nothing. */
export function unreadableState(output: string): string | undefined {
  if (!/Unsupported state file format|state snapshot was created by Terraform/.test(output)) return undefined;
  const [, newer] = /created by\s+Terraform\s+v?(\d+\.\d+\.\d+\S*?)\.?(?:,|\s|"|\\n)/.exec(output) ?? [];
  return newer === undefined
    ? "A state is damaged and cannot be read.\nNothing was changed. Put a copy of it back: docs/bad-day.md, The states are lost."
    : `A state was written by Terraform ${newer}, which this version cannot read.\nNothing was changed. Use that version, or a later one, everywhere.`;
}

const REMOTE_STATE = /data\.terraform_remote_state\.([A-Za-z0-9_-]+)/;
const NO_STATE = "Unable to find remote state";
const NO_OUTPUT = "does not have an attribute named";
/** How the preconditions of modules/cdktf/stack-versions.ts begin, before line breaks of Terraform's. */
const OTHER_VERSION = /The (\w+) stack has (.+?), and this configuration wants (.+?)\.\s/;
const NO_CRD = /CRD may not be installed|no matches for kind/;

/** Why a stack cannot be planned yet: for which stack it waits, and what is missing there. */
export interface Wait {
  readonly stack: string;
  readonly because: string;
}

/**
 * Which stacks a failed plan waits for: those whose state does not exist, or lacks an output, or that bring the
 * kinds of Kubernetes objects which the cluster does not know yet (always the last of `dependencies`), or that still have
 * another version of a controller than this configuration wants.
 * @returns nothing if any error has another cause: that one has to be read.
 */
export function waitsFor(errors: readonly Diagnostic[], dependencies: readonly string[]): Wait[] {
  const waits: Wait[] = [];
  for (const error of errors) {
    const wait = waitOf(error, dependencies);
    if (!wait) return [];
    if (!waits.some(({ stack }) => stack === wait.stack)) waits.push(wait);
  }
  return waits.sort((a, b) => dependencies.indexOf(a.stack) - dependencies.indexOf(b.stack));
}

function waitOf(error: Diagnostic, dependencies: readonly string[]): Wait | undefined {
  const text = [error.summary, error.detail ?? ""].join("\n");
  const places = [
    error.address ?? "",
    error.snippet?.code ?? "",
    ...(error.snippet?.values ?? []).map(({ traversal }) => traversal),
  ].join("\n");
  const stack = REMOTE_STATE.exec(places)?.[1];
  if (stack !== undefined && text.includes(NO_STATE)) return { stack, because: "never applied" };
  if (stack !== undefined && text.includes(NO_OUTPUT)) {
    const [, name] = /attribute named "([^"]+)"/.exec(text) ?? [];
    return { stack, because: `no output ${name ?? "of that name"} there yet` };
  }
  const [, other, has, wants] = OTHER_VERSION.exec(text.replace(/\s+/g, " ")) ?? [];
  if (other !== undefined && dependencies.includes(other)) return { stack: other, because: `it has ${has}, and this wants ${wants}` };
  const last = dependencies.at(-1);
  if (last !== undefined && NO_CRD.test(text)) {
    const [, kind] = /no matches for kind "([^"]+)"/.exec(text) ?? [];
    return { stack: last, because: `the cluster does not know ${kind ?? "one of its kinds of objects"} yet` };
  }
  return undefined;
}

/** Errors as a person reads them, each once. */
export function errorText(errors: readonly Diagnostic[]): string {
  const texts = errors.map(({ summary, detail, address }) => [address === undefined ? summary : `${summary} (${address})`, ...(detail ? [detail] : [])].join("\n"));
  return [...new Set(texts)].join("\n\n");
}
