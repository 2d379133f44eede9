/**
 * IAM's decision on one request, after the evaluation logic of the IAM User Guide: just the elements and operators that
 * this project's policies use; any other is an error. `.ci/run` asks a simulator the same.
 */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
export interface PolicyDocument {
  readonly Statement: readonly PolicyStatement[];
}
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}
export interface Question extends Request {
  /** ARN of a role, or the name of an AWS service or OIDC provider. */
  readonly principal: string;
  readonly policies: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
  readonly resourcePolicy?: PolicyDocument;
}

const list = <T>(value: T | readonly T[] | undefined): readonly T[] => (value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]);
/** The value of a function of one text, worked out once for each: a test asks of the same few thousands of times. */
function remembered<T>(of: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) known.set(text, (value = of(text)));
    return value;
  };
}
const source = (pattern: string) => `^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`;
const exact = remembered((pattern) => new RegExp(source(pattern)));
const anyCase = remembered((pattern) => new RegExp(source(pattern), "i"));
const like = (pattern: string, text: string): boolean => pattern === text || (/[*?]/.test(pattern) && exact(pattern).test(text));

/** ARNs are compared part by part, so that a star does not reach into the next; the sixth part holds all the rest. */
function arnLike(pattern: string, text: string): boolean {
  const has = parts(text);
  return parts(pattern).length > 5 && parts(pattern).every((part, i) => like(part, has[i] ?? ""));
}
const parts = remembered((arn) => {
  const all = arn.split(":");
  return all.length > 5 ? [...all.slice(0, 5), all.slice(5).join(":")] : all;
});

const OPERATORS: Readonly<Record<string, (want: string, got: string) => boolean>> = {
  StringEquals: (want, got) => want === got,
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (want, got) => want.toLowerCase() === got.toLowerCase(),
};

function holds(operator: string, wanted: readonly string[], got: readonly string[] | undefined): boolean {
  const [, set, base = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  if (base === "Null") return wanted.some((want) => (want === "true") === (got === undefined));
  const negated = base.includes("Not");
  const test = OPERATORS[base.replace("Not", "")];
  if (!test) throw new Error(`the evaluator knows no ${operator}`);
  const one = (value: string) => wanted.some((want) => test(want, value)) !== negated;
  if (set === "ForAllValues") return (got ?? []).every(one);
  if (set === "ForAnyValue") return (got ?? []).some(one);
  if (got === undefined) return ifExists !== undefined || negated;
  return got.length === 1 && one(got[0]!);
}

function conditionHolds({ Condition }: PolicyStatement, context: Request["context"]): boolean {
  if (Condition === undefined) return true;
  // Names of condition keys, and so of tags in them, are compared without regard to case.
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), list(value)]));
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, list(values), known.get(key.toLowerCase()))),
  );
}

/** The role of a session, which is what a policy names. */
const roleOf = (principal: string): string => principal.replace(/^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, "arn:$1:iam::$2:role/$3");
const accountOf = (arn: string): string | undefined => /^arn:[^:]+:(?:iam|sts)::(\d+):/.exec(arn)?.[1];

/** Whether a resource's policy names the caller: directly, or by handing over to its account's own policies. */
function names({ Principal }: PolicyStatement, principal: string): "direct" | "account" | undefined {
  if (Principal === "*") return "direct";
  const named = Object.values(Principal ?? {}).flatMap((values) => list(values));
  if (named.includes("*") || named.includes(principal) || named.includes(roleOf(principal))) return "direct";
  const account = accountOf(principal);
  return account !== undefined && named.some((name) => name === account || name.endsWith(`:iam::${account}:root`)) ? "account" : undefined;
}

/** Whether a statement is about an action, worked out once for both. */
const about = (statement: PolicyStatement, action: string): boolean => {
  let known = actions.get(statement);
  if (known === undefined) actions.set(statement, (known = remembered((asked) => list(statement.Action).some((pattern) => anyCase(pattern).test(asked)))));
  return known(action);
};
const actions = new WeakMap<PolicyStatement, (action: string) => boolean>();

const matching = (policy: PolicyDocument | undefined, { action, resource, context }: Request): PolicyStatement[] =>
  (policy?.Statement ?? []).filter(
    (statement) =>
      about(statement, action) &&
      (statement.Resource === undefined || list(statement.Resource).some((pattern) => pattern === "*" || arnLike(pattern, resource))) &&
      conditionHolds(statement, context),
  );

/** Whether the request is allowed. */
export function allowed(question: Question): boolean {
  const { principal, policies, boundary, resourcePolicy, action } = question;
  const own = policies.flatMap((policy) => matching(policy, question));
  const bound = boundary && matching(boundary, question);
  const theirs = matching(resourcePolicy, question).map((statement) => ({ statement, names: names(statement, principal) }));
  const said = [...own, ...(bound ?? []), ...theirs.filter((their) => their.names).map(({ statement }) => statement)];
  if (said.some(({ Effect }) => Effect === "Deny")) return false;
  const byIdentity = own.length > 0 && bound?.length !== 0;
  const direct = theirs.some((their) => their.names === "direct");
  // A key and a role answer to their own policy alone: IAM counts there only where that policy hands over to it.
  if (/^(kms|sts):/.test(action) && resourcePolicy) return direct ? bound?.length !== 0 : theirs.some((their) => their.names === "account") && byIdentity;
  return byIdentity || (direct && bound?.length !== 0);
}
