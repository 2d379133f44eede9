import { text } from "./text";

/** The parts of an ARN of AWS: `arn:partition:service:region:account:resource`. */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Takes an ARN apart. @returns undefined for a text that is none. */
export function arnParts(value: string): ArnParts | undefined {
  const [, partition, service, region, account, resource] = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.+)$/.exec(value) ?? [];
  if (partition === undefined) return undefined;
  return { partition, service: service!, region: region!, account: account!, resource: resource! };
}

const PARTITION = "aws(?:-[a-z]+)*";
const REGION = "[a-z]{2,4}(?:-[a-z]+)+-[0-9]";
const ACCOUNT = "[0-9]{12}";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** ARN of a KMS key by its id: a UUID, or `mrk-` and 32 digits for a key of several regions. An alias is no key. */
export const kmsKeyArn = () =>
  text(
    "the ARN of a KMS key, such as arn:aws:kms:eu-west-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    new RegExp(`^arn:${PARTITION}:kms:${REGION}:${ACCOUNT}:key/(?:${UUID}|mrk-[0-9a-f]{32})$`),
  );

/**
 * ARN of an IAM role or user, as an access entry of EKS takes it: no session of a role, no service-linked role. Names have at
 * most 64 characters (IAM's own limits).
 */
export const principalArn = () =>
  text(
    "the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/PlatformAdmin",
    new RegExp(`^arn:${PARTITION}:iam::${ACCOUNT}:(?:role/(?!aws-service-role/)|user/)(?:[\\x21-\\x2e\\x30-\\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,64}$`),
  );

/** ARN of an IAM role, with or without a path; no service-linked role. */
export const roleArn = () =>
  text(
    "the ARN of an IAM role, such as arn:aws:iam::111122223333:role/deployer",
    new RegExp(`^arn:${PARTITION}:iam::${ACCOUNT}:role/(?!aws-service-role/)(?:[\\x21-\\x2e\\x30-\\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,64}$`),
  );

/** Name of an instance profile. */
export const instanceProfile = () => text("the name of an instance profile, such as eks-node: at most 128 letters, digits and _ + = , . @ -", /^[A-Za-z0-9_+=,.@-]{1,128}$/);

/** Path of IAM roles and policies (IAM's limits). */
export const iamPath = () => text("an IAM path that begins and ends with a slash, such as /platform/", /^\/(?:[A-Za-z0-9_+=,.@-]+\/)*$/);

/** ARN of a managed policy of one's own. Names have at most 128 characters (IAM's limits). */
export const policyArn = () =>
  text(
    "the ARN of an IAM policy of yours, such as arn:aws:iam::111122223333:policy/boundary",
    new RegExp(`^arn:${PARTITION}:iam::${ACCOUNT}:policy/(?:[\\x21-\\x2e\\x30-\\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,128}$`),
  );

/** Name of a secret in AWS Secrets Manager, or its ARN, which another account's secret needs. */
export const awsSecret = () =>
  text(
    "the name of a secret in AWS Secrets Manager, such as dagger-ci/github, or its ARN",
    new RegExp(`^(?:[A-Za-z0-9/_+=.@-]{1,512}|arn:${PARTITION}:secretsmanager:${REGION}:${ACCOUNT}:secret:[A-Za-z0-9/_+=.@-]{1,512})$`),
  );

/** How every role that a stack makes may be one that exists; `more` is what else to know of it. */
export const existingRole = (whose: string, { stack = "the stack", more = "" } = {}) =>
  roleArn().optional().meta({ description: `IAM role of ${whose} which exists, in place of one that ${stack} makes${more}; docs/roles.md says what it needs.` });
