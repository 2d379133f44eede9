import type { TerraformJson } from "../../../operations/synthesized";
import type { PolicyDocument, PolicyStatement } from "./evaluate";

export const ACCOUNT = "111122223333";
export const KEY_ID = "11111111-2222-3333-4444-555555555555";

/** A role as the stacks write it. */
export interface StackRole {
  readonly name: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
  /** Names of AWS's policies that are attached. */
  readonly awsPolicies: readonly string[];
  /** ARN of its permissions boundary. */
  readonly boundary?: string;
}

/** Roles and resource policies of synthesised stacks, with references resolved to ARNs of one account. */
export interface Identities {
  readonly roles: Readonly<Record<string, StackRole>>;
  /** Policies by ARN, attached to a role or not. */
  readonly managed: Readonly<Record<string, PolicyDocument>>;
  readonly queue?: PolicyDocument;
  readonly key?: PolicyDocument;
}

/** @param handedOn what other stacks hand on, by the name of the output. */
export function identitiesOf(template: TerraformJson, region: string, handedOn: Readonly<Record<string, string>> = {}): Identities {
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const arn = (service: string, rest: string, place = region) => `arn:${partition}:${service}:${place}:${ACCOUNT}:${rest}`;
  const of = (type: string) => Object.values(template.resource?.[type] ?? {});
  const text = (value: unknown): string => String(value).replace(/\$\{([^}]+)\}/g, (_whole, path: string) => lookup(path));
  const lookup = (path: string): string => {
    const [head = "", ...rest] = path.split(".");
    if (head === "data") {
      if (rest[0] === "aws_caller_identity") return ACCOUNT;
      if (rest[0] === "terraform_remote_state") return handedOn[rest.at(-1)!] ?? `unknown ${path}`;
      const name = String(template.data?.[rest[0]!]?.[rest[1]!]?.name);
      return rest[2] === "arn" ? arn("eks", `cluster/${name}`) : name;
    }
    const body = template.resource?.[head]?.[rest[0]!];
    if (!body) throw new Error(`nothing at ${path}`);
    const name = text(body.name ?? rest[0]);
    if (rest[1] !== "arn") return name;
    const iamPath = (body.path as string | undefined) ?? "/";
    const arns: Record<string, string> = {
      aws_cloudwatch_log_group: arn("logs", `log-group:${name}`),
      aws_eks_cluster: arn("eks", `cluster/${name}`),
      aws_iam_openid_connect_provider: arn("iam", `oidc-provider/${String(body.url).replace("https://", "")}`, ""),
      aws_iam_policy: arn("iam", `policy${iamPath}${name}`, ""),
      aws_iam_role: arn("iam", `role${iamPath}${name}`, ""),
      aws_kms_key: arn("kms", `key/${KEY_ID}`),
      aws_sqs_queue: arn("sqs", name),
    };
    return arns[head] ?? `unknown ${path}`;
  };
  const document = (value: unknown) => JSON.parse(text(value)) as PolicyDocument;
  const managed = Object.fromEntries(of("aws_iam_policy").map(({ name, path = "/", policy }) => [arn("iam", `policy${text(path)}${text(name)}`, ""), document(policy)]));
  const roles = of("aws_iam_role").map((role): StackRole => {
    const name = text(role.name);
    const attached = of("aws_iam_role_policy_attachment").filter((it) => text(it.role) === name).map(({ policy_arn }) => text(policy_arn));
    return {
      name,
      trust: document(role.assume_role_policy),
      policies: [
        ...attached.flatMap((policyArn) => managed[policyArn] ?? []),
        ...of("aws_iam_role_policy").filter((it) => text(it.role) === name).map(({ policy }) => document(policy)),
      ],
      awsPolicies: attached.filter((policyArn) => policyArn.includes("::aws:")).map((policyArn) => policyArn.replace(/^.*\//, "")).sort(),
      ...(role.permissions_boundary === undefined ? {} : { boundary: text(role.permissions_boundary) }),
    };
  });
  const [queue, key] = [of("aws_sqs_queue_policy")[0], of("aws_kms_key")[0]];
  return {
    roles: Object.fromEntries(roles.map((role) => [role.name, role])),
    managed,
    ...(queue ? { queue: document(queue.policy) } : {}),
    ...(key ? { key: document(key.policy) } : {}),
  };
}

/** The policies with one statement less, for each statement: does a case notice? */
export const without = (policies: readonly PolicyDocument[]): readonly { readonly sid: string; readonly policies: PolicyDocument[] }[] =>
  policies.flatMap((policy, i) =>
    policy.Statement.map((statement: PolicyStatement) => ({
      sid: statement.Sid ?? "?",
      policies: policies.map((other, j) => (i === j ? { Statement: policy.Statement.filter((one) => one !== statement) } : other)),
    })),
  );
