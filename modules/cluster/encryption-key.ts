import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { logsPrincipal, policy } from "../cdktf/iam";
import { partitionOf } from "../facts/regions";

export interface EncryptionKeyProps {
  readonly name: string;
  readonly region: string;
  /** Name of the log group that the key also encrypts. */
  readonly logGroupName: string;
}

/** The KMS key for Kubernetes Secrets and control-plane logs. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, region, logGroupName }: EncryptionKeyProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "caller").accountId;
    const partition = partitionOf(region);
    const key = new KmsKey(this, "key", {
      description: `Kubernetes Secrets and control-plane logs of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
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
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

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
