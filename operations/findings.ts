/** One line of what a command looked at: all is well, or what to do, or that it could not be looked at. */
export interface Finding {
  readonly status: "ok" | "problem" | "unchecked";
  /** What was looked at, in a few words. */
  readonly subject: string;
  /** What was seen; for a problem also what to do about it. */
  readonly detail: string;
}

export const ok = (subject: string, detail: string): Finding => ({ status: "ok", subject, detail });
export const problem = (subject: string, detail: string): Finding => ({ status: "problem", subject, detail });
export const unchecked = (subject: string, detail: string): Finding => ({ status: "unchecked", subject, detail });

const MARKS = { ok: "ok  ", problem: "FAIL", unchecked: "?   " } as const;

/** Findings for people: a line each, and a count. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ subject }) => subject.length));
  const count = (status: Finding["status"]) => findings.filter((finding) => finding.status === status).length;
  return [
    ...findings.map(({ status, subject, detail }) => `${MARKS[status]}  ${subject.padEnd(width)}  ${detail}`),
    "",
    `${count("ok")} ok, ${count("problem")} to mend, ${count("unchecked")} not checked`,
  ].join("\n");
}

export const hasProblem = (findings: readonly Finding[]): boolean => findings.some(({ status }) => status === "problem");
