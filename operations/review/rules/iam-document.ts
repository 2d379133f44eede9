import { isObject } from "../../../modules/config/objects";
import { at } from "../plan-json";

/** A statement of a policy document, in one form. */
interface Statement {
  readonly sid: string | undefined;
  readonly effect: string;
  /** What it is about besides its conditions: actions, resources and principals as texts. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** `operator key` of each condition. */
  readonly conditions: readonly string[];
}

/** In what a policy document allows more than one before it; each a sentence part. */
export function widened(before: string, after: string): string[] {
  const [old, now] = [statements(before), statements(after)];
  if (!old || !now) return ["it is no JSON document"];
  const allows = (list: readonly Statement[]) => list.filter(({ effect }) => effect === "Allow");
  const denies = (list: readonly Statement[]) => list.filter(({ effect }) => effect === "Deny");
  const found: string[] = [];

  const gained = minus(allows(now).flatMap(({ actions }) => actions), allows(old).flatMap(({ actions }) => actions));
  if (gained.length > 0) found.push(`gains ${gained.join(", ")}`);
  for (const statement of allows(now)) {
    const was = allows(old).find((candidate) => same(candidate, statement));
    const where = statement.sid ?? "a statement";
    if (!was) {
      // Its actions are told above if they are new; who may do them, here.
      const strangers = minus(statement.principals, allows(old).flatMap(({ principals }) => principals));
      if (strangers.length > 0) found.push(`${where} lets in ${strangers.join(", ")}`);
      continue;
    }
    const lost = minus(was.conditions, statement.conditions);
    if (lost.length > 0) found.push(`${where} loses the condition ${lost.join(", ")}`);
    const more = minus(statement.resources, was.resources);
    if (more.length > 0) found.push(`${where} reaches ${more.join(", ")}`);
    const who = minus(statement.principals, was.principals);
    if (who.length > 0) found.push(`${where} lets in ${who.join(", ")}`);
  }
  for (const statement of denies(old)) {
    if (!denies(now).some((candidate) => same(candidate, statement))) {
      found.push(`the refusal ${statement.sid ?? statement.actions.join(", ")} is gone`);
    }
  }
  return found;
}

/** The same statement before and after: by its Sid, or, without one, by its actions. */
const same = (a: Statement, b: Statement): boolean =>
  a.sid === undefined || b.sid === undefined ? String(a.actions) === String(b.actions) : a.sid === b.sid;

const minus = (list: readonly string[], other: readonly string[]): string[] => [
  ...new Set(list.filter((item) => !other.some((pattern) => covers(pattern, item)))),
];

/** Whether a pattern with `*` stands for the text too. IAM's actions know no case. */
function covers(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text.toLowerCase());
}

function statements(document: string): Statement[] | undefined {
  try {
    return texts(at(JSON.parse(document) as unknown, "Statement")).map((statement) => ({
      sid: at(statement, "Sid") as string | undefined,
      effect: String(at(statement, "Effect")),
      actions: [...strings(at(statement, "Action")), ...strings(at(statement, "NotAction")).map((action) => `all but ${action}`)].sort(),
      resources: [...strings(at(statement, "Resource")), ...strings(at(statement, "NotResource")).map((name) => `all but ${name}`)],
      principals: principals(at(statement, "Principal")),
      conditions: Object.entries(at(statement, "Condition") ?? {}).flatMap(([operator, keys]) =>
        Object.keys(keys as object).map((key) => `${operator} ${key}`),
      ),
    }));
  } catch {
    return undefined;
  }
}

const texts = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]);
const strings = (value: unknown): string[] => texts(value).map(String);
const principals = (value: unknown): string[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([kind, names]) => strings(names).map((name) => `${kind} ${name}`))
    : strings(value);
