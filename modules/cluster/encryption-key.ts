import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { TerraformStack, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { GRANT_TO_AWS, logsPrincipal, policy, type Statement } from "../cdktf/iam";
import { partitionOf } from "../facts/regions";

/** What the role that deploys does with the key. Never its policy: whoever may write that has the key. */
export const KEY_CHANGES = [
  ...["CreateAlias", "DeleteAlias", "EnableKeyRotation", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias"],
  "UpdateKeyDescription",
].map((action) => `kms:${action}`);

export interface EncryptionKeyProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** The role that deploys, and AWS without tags, where workflows do. */
  readonly delivery?: { readonly roleArn: string; readonly provider: TerraformProvider };
  /** Name of the log group that the key also encrypts. */
  readonly logGroupName: string;
}

/**
 * The KMS key for Kubernetes Secrets and control-plane logs.
 *
 * @example
 * const key = new EncryptionKey(stack, "encryption-key", {
 *   name: "dagger-ci", region: "eu-west-1", account, logGroupName: "/aws/eks/dagger-ci/cluster",
 * });
 */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, region, account, delivery, logGroupName }: EncryptionKeyProps) {
    super(scope, id);
    const partition = partitionOf(region);
    const key = new KmsKey(this, "key", {
      description: `Kubernetes Secrets and control-plane logs of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // KMS would want whoever makes a key to be able to change its policy later; the deploy role is not.
      ...(delivery ? { provider: delivery.provider, bypassPolicyLockoutSafetyCheck: true } : {}),
      policy: policy(
        {
          Sid: "AccountDecidesByIam",
          Principal: { AWS: `arn:${partition}:iam::${account}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "ControlPlaneLogs",
          Principal: { Service: logsPrincipal(region) },
          Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`,
            },
          },
        },
        {
          Sid: "ControlPlaneLogsFindKey",
          Principal: { Service: logsPrincipal(region) },
          Action: "kms:DescribeKey",
          Resource: "*",
        },
        ...(delivery ? deliveryMayChange(delivery.roleArn) : []),
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** By the key's own policy, at once: KMS sees tags and aliases, by which an IAM policy could tell the key, minutes late. */
const deliveryMayChange = (roleArn: string): Statement[] => [
  { Sid: "DeliveryChanges", Principal: { AWS: roleArn }, Action: KEY_CHANGES, Resource: "*" },
  { Sid: "DeliveryGrantsToEks", Principal: { AWS: roleArn }, Action: "kms:CreateGrant", Resource: "*", Condition: GRANT_TO_AWS },
];

/**
 * Says, where an `EncryptionKey` would be and is not, that Terraform forgets one which is in the state and never destroys
 * it: without the key that a cluster was made with, nobody reads its Secrets again.
 */
export function keepKey(scope: Construct, id: string): void {
  const stack = TerraformStack.of(scope);
  const place = new Construct(scope, id);
  const from = (type: string, part: string) => `${type}.${stack.getLogicalId(new Construct(place, part).node)}`;
  stack.addOverride(
    "removed",
    [from(KmsKey.tfResourceType, "key"), from(KmsAlias.tfResourceType, "alias")].map((address) => ({
      from: address,
      lifecycle: { destroy: false },
    })),
  );
}
