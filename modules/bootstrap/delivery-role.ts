import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { Config } from "../config/schema";
import { policy, type Statement } from "../cdktf/iam";

/** Host and path of the tokens that GitHub, or a GitHub Enterprise Server, gives workflows. */
export const tokenIssuer = ({ server }: Pick<Config["github"], "server">): string =>
  server === undefined ? "token.actions.githubusercontent.com" : `${new URL(server.url).host}/_services/token`;

/**
 * The subjects of a repository's tokens, exactly. A repository that is configured with ids has two forms: with them, and without
 * as before GitHub's change of July 2026.
 */
export function subjects(repository: string, what: readonly string[]): readonly string[] {
  const plain = repository.replace(/@[0-9]+/g, "");
  return [...new Set([plain, repository])].flatMap((form) => what.map((one) => `repo:${form}:${one}`));
}

export interface DeliveryRoleProps {
  readonly name: string;
  readonly description: string;
  /** Host and path of the tokens' issuer. */
  readonly issuer: string;
  readonly oidcProviderArn: string;
  /** The workflow runs that may take the role, as the token's subject names them: exactly these. */
  readonly subjects: readonly string[];
  readonly sessionHours: number;
  /** Policy documents by what they are about; one may have 6,144 characters. */
  readonly policies: Readonly<Record<string, readonly Statement[]>>;
}

/** A role that workflows of one repository take with GitHub's own token: there is no key to keep. */
export class DeliveryRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DeliveryRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: props.name,
      description: props.description,
      maxSessionDuration: props.sessionHours * 3600,
      assumeRolePolicy: policy({
        Sid: "GitHubWorkflows",
        Principal: { Federated: props.oidcProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${props.issuer}:aud`]: "sts.amazonaws.com", [`${props.issuer}:sub`]: props.subjects },
        },
      }),
    });
    for (const [about, statements] of Object.entries(props.policies)) {
      const managed = new IamPolicy(this, about, { name: `${props.name}-${about}`, policy: policy(...statements) });
      new IamRolePolicyAttachment(this, `${about}-attachment`, { role: role.name, policyArn: managed.arn });
    }
    this.arn = role.arn;
  }
}
