import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { atPath, policy, type Statement } from "../cdktf/iam";
import type { TokenConditions } from "./token-trust";

export interface DeliveryRoleProps {
  readonly name: string;
  /** IAM path of role and policies. */
  readonly path: string;
  readonly description: string;
  readonly oidcProviderArn: string;
  /** What the token of a workflow run must say for the run to take the role. */
  readonly conditions: TokenConditions;
  readonly sessionHours: number;
  /** Policy documents by what they are about; one may have 6,144 characters. */
  readonly policies: Readonly<Record<string, readonly Statement[]>>;
}

/**
 * A role that workflows of one repository take with GitHub's own token: there is no key to keep.
 *
 * @example
 * new DeliveryRole(stack, "plan", {
 *   name: "github-dagger-ci-plan", path: "/", description: "Plans for pull requests of acme/ci", oidcProviderArn,
 *   conditions: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/ci:pull_request" } },
 *   sessionHours: 1, policies: { look: [{ Sid: "Look", Effect: "Allow", Action: ["eks:DescribeCluster"], Resource: "*" }] },
 * });
 */
export class DeliveryRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DeliveryRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: props.name,
      ...atPath(props.path),
      description: props.description,
      maxSessionDuration: props.sessionHours * 3600,
      assumeRolePolicy: policy({
        Sid: "GitHubWorkflows",
        Principal: { Federated: props.oidcProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: props.conditions,
      }),
    });
    for (const [about, statements] of Object.entries(props.policies)) {
      const managed = new IamPolicy(this, about, { name: `${props.name}-${about}`, ...atPath(props.path), policy: policy(...statements) });
      new IamRolePolicyAttachment(this, `${about}-attachment`, { role: role.name, policyArn: managed.arn });
    }
    this.arn = role.arn;
  }
}
